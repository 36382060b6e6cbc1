"""A sensitive config, like a key store's password, is described without its value."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    keys = ["ssl.keystore.password", "ssl.key.password", "sasl.jaas.config"]
    row = {"resource_type": 4, "resource_name": "1", "configuration_keys": keys}
    broker.ask("DescribeConfigs", 4, resources=[row], include_synonyms=True)
