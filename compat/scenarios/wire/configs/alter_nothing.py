"""No resources, and a resource without changes, are good."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    row = {"resource_type": 2, "resource_name": broker.topic(), "configs": []}
    for api, version in (("IncrementalAlterConfigs", 1), ("AlterConfigs", 2)):
        broker.ask(api, version, resources=[], validate_only=False)
        broker.ask(api, version, resources=[row], validate_only=False)
