"""How fast connections may be made, after Kafka's `ConnectionQuotas` (KIP-612)."""

from __future__ import annotations

from wirekafka.metadata.client_quotas import ClientQuotas, entity_of
from wirekafka.quotas.addresses import resolve
from wirekafka.quotas.broker_quotas import Windows
from wirekafka.quotas.connection_rates import NO_LIMIT, ConnectionRates

NOW = 1_700_000_000_000
HOST = "192.0.2.1"


def of_address(**limits: float) -> ClientQuotas:
    """of_address(default=…, a=…): quotas of the default and of 192.0.2.1."""
    names = {"default": None, "a": HOST}
    return {
        entity_of({"ip": names[name]}): {"connection_creation_rate": limit}
        for name, limit in limits.items()
    }


def rates(
    broker: int = NO_LIMIT, protected: str | None = None, **listeners: int
) -> ConnectionRates:
    made = ConnectionRates(Windows(11, 1))
    made.configure(listeners, broker=broker, protected=protected)
    return made


def burst(made: ConnectionRates, listener: str = "A", connections: int = 10) -> int:
    """What the last of so many connections must wait."""
    return [made.accepted(listener, NOW) for _ in range(connections)][-1]


def test_without_limits_nobody_waits_and_everything_counts() -> None:
    made = rates()
    made.follow({}, resolve)
    assert burst(made, connections=100) == 0
    assert made.refused("A", HOST, NOW) == 0
    made.configure({}, broker=5, protected=None)
    assert burst(made, connections=1) == 1000
    made.configure({"A": 5}, broker=NO_LIMIT, protected=None)
    assert burst(made, connections=1) == 1000


def test_a_burst_of_all_windows_is_free_and_the_next_waits_a_window_at_most() -> None:
    made = rates(broker=1)
    assert burst(made, connections=10) == 0
    assert burst(made, connections=1) == 1000
    assert burst(made, connections=100) == 1000


def test_a_listener_has_a_rate_of_its_own_beside_the_brokers() -> None:
    made = rates(A=1, B=2)
    assert burst(made, "A", 11) == 1000
    assert burst(made, "B", 11) == 0
    made = rates(broker=2, A=1, B=1)
    assert burst(made, "A", 10) == burst(made, "B", 10) == 0
    assert burst(made, "B", 1) > 0


def test_the_brokers_rate_does_not_hold_for_the_listener_of_the_brokers() -> None:
    made = rates(broker=1, protected="A")
    assert burst(made, "A", 50) == 0
    assert burst(made, "B", 11) > 0


def test_a_rate_of_nothing_lets_each_wait_the_longest_time() -> None:
    assert burst(rates(broker=0), connections=1) == 1000


def refusals(made: ConnectionRates, address: str, connections: int) -> list[int]:
    waits = []
    for _ in range(connections):
        made.accepted("A", NOW)
        waits.append(made.refused("A", address, NOW))
    return waits


def test_an_address_above_its_rate_is_refused_and_not_counted() -> None:
    made = rates()
    made.follow(of_address(a=1.0), resolve)
    assert refusals(made, HOST, 13) == [0] * 10 + [1000, 1000, 1000]
    assert refusals(made, "192.0.2.2", 13) == [0] * 13


def test_a_rate_that_is_no_number_lets_nobody_in() -> None:
    """AlterClientQuotas takes NaN; recorded from Kafka 4.3.1."""
    made = rates()
    made.follow(of_address(a=float("nan")), resolve)
    assert refusals(made, HOST, 2) == [1000, 1000]
    assert refusals(made, "192.0.2.2", 2) == [0, 0]


def test_the_default_holds_for_each_address_that_has_no_rate_of_its_own() -> None:
    made = rates()
    made.follow(of_address(a=2.0, default=1.0), resolve)
    assert refusals(made, HOST, 20) == [0] * 20
    for address in ("192.0.2.2", "192.0.2.3"):
        assert refusals(made, address, 11)[-1] > 0
    made.follow({}, resolve)
    assert refusals(made, "192.0.2.2", 1) == [0]


def test_a_refused_connection_does_not_use_up_the_rate_of_the_listener() -> None:
    made = rates(A=2)
    made.follow(of_address(a=1.0), resolve)
    refusals(made, HOST, 500)
    assert burst(made, "A", 10) == 0
    assert burst(made, "A", 1) > 0


def test_names_stand_for_their_address() -> None:
    made = rates()
    made.follow({entity_of({"ip": "localhost"}): {"connection_creation_rate": 1.0}}, resolve)
    assert refusals(made, "127.0.0.1", 11)[-1] > 0
