"""Documentation is there only when asked for, from v3 on."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    def documented(answer: Message) -> bool:
        return bool(answer["results"][0]["configs"][0].get("documentation"))

    row = {
        "resource_type": 2,
        "resource_name": broker.topic(),
        "configuration_keys": ["retention.ms"],
    }
    for version in (2, 3, 4):
        for asked in (True, False):
            broker.ask(
                "DescribeConfigs",
                version,
                show=documented,
                resources=[row],
                include_documentation=asked,
            )
