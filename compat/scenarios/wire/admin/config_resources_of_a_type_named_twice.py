"""A type named twice is listed once; one unknown type beside a good one is
UNSUPPORTED_VERSION."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    topic = broker.topic()
    broker.until(
        lambda answer: any(row["resource_name"] == topic for row in answer["config_resources"]),
        "ListConfigResources",
        1,
        resource_types=[2],
    )
    for kinds in ([2, 2], [2, 99], [-1], [127], [1], [2, 0]):
        broker.ask(
            "ListConfigResources",
            1,
            show=lambda answer: {
                **answer,
                "config_resources": broker.mine(answer["config_resources"], "resource_name"),
            },
            resource_types=kinds,
        )
