"""No features to update is a success of nothing, in every version."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(3):
        broker.ask("UpdateFeatures", version, feature_updates=[], validate_only=True)
