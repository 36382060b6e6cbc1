"""A feature that one request names twice: what is answered, in every version."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    rows: list[Message] = [
        {"feature": "group.version", "max_version_level": 1, "upgrade_type": 1},
        {"feature": "group.version", "max_version_level": 0, "upgrade_type": 2},
    ]
    for version in (1, 2):
        for order in (rows, rows[::-1], [rows[0], rows[0]]):
            broker.outcome(
                "UpdateFeatures",
                version,
                on=broker.connect(),
                feature_updates=order,
                validate_only=True,
            )
