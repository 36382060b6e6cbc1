"""AlterConfigs refuses bad values, unknown names, nulls and configs that only a restart
changes."""

from compat.wire import Wire
from compat.wire.configs import BROKER, CLIENT_METRICS, GROUP, TOPIC, replaced


def run(broker: Wire) -> None:
    topic = broker.topic()
    for row in (
        replaced(TOPIC, topic, retention_ms="soon"),
        replaced(TOPIC, topic, retention_ms=None),
        replaced(TOPIC, topic, no_such_config="1"),
        replaced(TOPIC, topic, retention_ms=None, no_such_config=None),
        replaced(BROKER, "1", node_id="2"),
        replaced(BROKER, "1", max_connections="0"),
        replaced(BROKER, "", ssl_client_auth="none"),
        replaced(GROUP, broker.name("g"), consumer_session_timeout_ms="1"),
        replaced(GROUP, broker.name("g"), no_such_config="1"),
        replaced(CLIENT_METRICS, broker.name("m"), interval_ms="1"),
        replaced(CLIENT_METRICS, broker.name("m"), no_such_config="1"),
    ):
        broker.ask("AlterConfigs", 2, resources=[row], validate_only=True)
