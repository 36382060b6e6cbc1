"""stub"""


def write() -> str:
    return ""
