"""Of a resource with one bad change nothing is changed; the other resources of the request are."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    bad, good = broker.topic("bad"), broker.topic("good")
    first = {"name": "retention.ms", "config_operation": 0, "value": "1234"}
    second = {"name": "segment.ms", "config_operation": 0, "value": "soon"}
    rows = [
        {"resource_type": 2, "resource_name": bad, "configs": [first, second]},
        {"resource_type": 2, "resource_name": good, "configs": [first]},
    ]
    broker.ask("IncrementalAlterConfigs", 1, resources=rows, validate_only=False)
    keys = ["retention.ms"]
    wanted = [
        {"resource_type": 2, "resource_name": name, "configuration_keys": keys}
        for name in (bad, good)
    ]
    broker.until(
        lambda answer: answer["results"][0]["configs"][0]["config_source"] == 1,
        "DescribeConfigs",
        4,
        resources=wanted[1:],
    )
    broker.ask("DescribeConfigs", 4, resources=wanted)
