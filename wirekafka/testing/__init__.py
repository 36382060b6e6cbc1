"""wirekafka for tests: a broker as a context manager, and a pytest plugin.

    from wirekafka.testing import Broker

    with Broker(num_partitions=3) as kafka:
        KafkaProducer(bootstrap_servers=kafka.bootstrap)

`broker.py` is for unittest and scripts, `plugin.py` has the fixtures, `control.py` commands a
broker over its control port. Nothing here imports a test library, except for the plugin, which
pytest imports; nothing of the broker is imported before one is started.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wirekafka.testing.broker import Beside, Broker, BrokerError

__all__ = ["Beside", "Broker", "BrokerError"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from wirekafka.testing import broker

    return getattr(broker, name)
