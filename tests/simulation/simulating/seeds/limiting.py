"""Quotas of clients: altered, removed, described. They are so high that nobody is throttled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulating.seeds.reading import expect
from wirekafka_protocol.messages.alter_client_quotas import (
    AlterClientQuotasRequest,
    AlterClientQuotasRequestEntryData,
    EntityData,
    OpData,
)
from wirekafka_protocol.messages.describe_client_quotas import DescribeClientQuotasRequest

if TYPE_CHECKING:
    from simulating.seeds.simulation import Simulation

CLIENTS = ("simulated", "elsewhere")
KEYS = ("producer_byte_rate", "consumer_byte_rate", "request_percentage")
RATES = (1e12, 2e12)

Quotas = dict[tuple[str, str], float]
"""Client id and key -> value."""


async def alter_quota(sim: Simulation) -> None:
    client, key = sim.rng.choice(CLIENTS), sim.rng.choice(KEYS)
    value = None if sim.rng.random() < 0.4 else sim.rng.choice(RATES)
    sim.say(f"quota {key} of {client}: {value}")
    following = {at: told for at, told in sim.quotas[0].items() if at != (client, key)}
    if value is not None:
        following[client, key] = value
    sim.quotas = [sim.quotas[0], following]
    op = OpData(key, value or 0.0, value is None)
    entry = AlterClientQuotasRequestEntryData([EntityData("client-id", client)], [op])
    response = await sim.send(AlterClientQuotasRequest([entry], False), sim.rng.randint(0, 1))
    expect(f"quota of {client}", response.entries[0].error_code, 0)
    sim.quotas = [following]


async def ask_quotas(sim: Simulation) -> None:
    """If an answer was lost, either is possible; from now on it is the one."""
    response = await sim.send(DescribeClientQuotasRequest(), sim.rng.randint(0, 1))
    found: Quotas = {
        (entry.entity[0].entity_name or "", row.key): row.value
        for entry in response.entries or ()
        for row in entry.values
    }
    if found not in sim.quotas:
        expect("quotas", found, sim.quotas[-1])
    sim.quotas = [found]
