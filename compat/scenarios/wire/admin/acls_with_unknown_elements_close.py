"""An ACL to create whose type, pattern, operation or permission is 0, unknown, closes the
connection, beside good ones, too."""

from compat.wire import Message, Wire

ACL: Message = {
    "resource_type": 2,
    "resource_name": "t",
    "resource_pattern_type": 3,
    "principal": "User:a",
    "host": "*",
    "operation": 3,
    "permission_type": 3,
}
CODES = ("resource_type", "resource_pattern_type", "operation", "permission_type")


def run(broker: Wire) -> None:
    for field in CODES:
        for code in (0, 99, -1):
            broken: Message = {**ACL, field: code}
            broker.outcome("CreateAcls", 3, on=broker.connect(), creations=[ACL, broken])
    odd: Message = {**ACL, "resource_name": "", "principal": "nobody", "host": "no host"}
    broker.ask("CreateAcls", 3, creations=[odd])
