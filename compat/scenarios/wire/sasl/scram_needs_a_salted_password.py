"""A credential with an empty salted password is refused with -1, one with an empty salt is not."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    rows = [
        _row(broker.name("no password"), salt=b"salt", salted_password=b""),
        _row(broker.name("no salt"), salt=b"", salted_password=b"p" * 32),
        _row(broker.name("short"), salt=b"s", salted_password=b"p"),
    ]
    broker.ask("AlterUserScramCredentials", 0, show=_codes, deletions=[], upsertions=rows)
    users = [{"name": row["name"]} for row in rows]
    broker.ask("DescribeUserScramCredentials", 0, show=_codes, users=users)


def _row(name: str, **secret: bytes) -> Message:
    return {"name": name, "mechanism": 1, "iterations": 4096, **secret}


def _codes(answer: Message) -> list[tuple[str, int]]:
    return sorted((row["user"].rpartition("-")[2], row["error_code"]) for row in answer["results"])
