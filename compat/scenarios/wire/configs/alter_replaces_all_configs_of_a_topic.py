"""AlterConfigs, in each version, sets what it names and takes back everything else."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    for version in range(3):
        topic = broker.topic(f"t{version}", retention_ms=1000)
        change = {"name": "segment.ms", "value": "99999"}
        row = {"resource_type": 2, "resource_name": topic, "configs": [change]}
        broker.ask("AlterConfigs", version, resources=[row], validate_only=False)
        keys = ["retention.ms", "segment.ms"]
        wanted = {"resource_type": 2, "resource_name": topic, "configuration_keys": keys}
        broker.until(
            lambda answer: (
                {one["name"]: one["config_source"] for one in answer["results"][0]["configs"]}
                == {"retention.ms": 5, "segment.ms": 1}
            ),
            "DescribeConfigs",
            4,
            resources=[wanted],
        )
        broker.ask("DescribeConfigs", 4, resources=[wanted])
