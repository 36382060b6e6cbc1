"""A level that was changed is what ApiVersions says, in a later epoch and after a restart; level 0
is not listed."""

from functools import partial
from itertools import pairwise

from compat.wire import Message, Wire

OWN_BROKER = True

CLIENT: Message = {"client_software_name": "compat", "client_software_version": "1.0"}


def run(broker: Wire) -> None:
    epochs = [epoch(broker)]
    for feature, level, kind in (
        ("group.version", 0, 2),
        ("transaction.version", 1, 3),
        ("transaction.version", 0, 2),
        ("group.version", 1, 1),
    ):
        row = {"feature": feature, "max_version_level": level, "upgrade_type": kind}
        broker.ask("UpdateFeatures", 1, feature_updates=[row])
        broker.until(partial(_has_level, feature, level), "ApiVersions", 4, **CLIENT)
        broker.ask("ApiVersions", 4, show=levels, **CLIENT)
        epochs.append(epoch(broker))
    grow = all(before < after for before, after in pairwise(epochs))
    broker.record("ApiVersions v4, whether epochs grow", grow)
    broker.restart()
    broker.ask("ApiVersions", 3, show=levels, **CLIENT)
    row = {"feature": "transaction.version", "max_version_level": 2, "upgrade_type": 1}
    broker.ask("UpdateFeatures", 2, feature_updates=[row])
    broker.until(lambda a: levels(a).get("transaction.version") == 2, "ApiVersions", 4, **CLIENT)
    broker.ask("ApiVersions", 3, show=levels, **CLIENT)


def _has_level(feature: str, level: int, answer: Message) -> bool:
    return bool(levels(answer).get(feature, 0) == level)


def epoch(broker: Wire) -> int:
    return int(broker.quiet("ApiVersions", 4, **CLIENT)["finalized_features_epoch"])


def levels(answer: Message) -> Message:
    return {
        row["name"]: row["max_version_level"]
        for row in answer["finalized_features"]
        if row["name"] in ("group.version", "transaction.version")
    }
