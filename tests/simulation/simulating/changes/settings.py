"""Configs, quotas and credentials: some of them changed by each request, one after the other."""

from __future__ import annotations

import random
from collections.abc import Hashable

from simulating.changes.asking import ask
from simulating.changes.register import Registers

from compat.wire import Connection, Message
from compat.wire.configs import (
    BROKER,
    CLIENT_METRICS,
    DELETE,
    GROUP,
    SET,
    TOPIC,
    Change,
    changed,
    described,
    increments,
)
from compat.wire.quotas import entry

KEPT_TOPIC = "kept"
_CONFIGS: dict[tuple[int, str, str], tuple[int, int]] = {
    (TOPIC, KEPT_TOPIC, "retention.ms"): (10**9, 10**12),
    (TOPIC, KEPT_TOPIC, "max.message.bytes"): (10**5, 10**6),
    (BROKER, "", "log.retention.ms"): (10**9, 10**12),
    (BROKER, "1", "message.max.bytes"): (10**6, 10**7),
    (GROUP, "a", "consumer.session.timeout.ms"): (45_000, 60_000),
    (GROUP, "b", "consumer.heartbeat.interval.ms"): (5_000, 15_000),
    (CLIENT_METRICS, "c", "interval.ms"): (100, 3_600_000),
}
"""Type, name and config, and the least and the greatest value."""
_OWN_SOURCES = {(TOPIC, KEPT_TOPIC): 1, (BROKER, "1"): 2, (BROKER, ""): 3}
"""What a resource has by itself, not from one that stands above it."""
_OTHER_SOURCES = {GROUP: 8, CLIENT_METRICS: 7}
_MOST_AT_ONCE = 12


class Configs:
    """Set and deleted by IncrementalAlterConfigs; each resource by itself."""

    def __init__(self) -> None:
        self.registers = Registers("config")

    def step(self, rng: random.Random, connection: Connection) -> None:
        keys = rng.sample(sorted(_CONFIGS), rng.randint(1, 3))
        changes: dict[tuple[int, str], list[Change]] = {}
        for kind, name, config in keys:
            least, greatest = _CONFIGS[kind, name, config]
            value = None if rng.random() < 0.2 else str(rng.randint(least, greatest))
            self.registers.ask((kind, name, config), value)
            how = SET if value else DELETE
            changes.setdefault((kind, name), []).append((config, how, value))
        body = increments(*(changed(*resource, *rows) for resource, rows in changes.items()))
        answer = ask(connection, "IncrementalAlterConfigs", 1, **body)
        for row in answer["responses"]:
            assert row["error_code"] == 0, answer
            resource = row["resource_type"], row["resource_name"]
            for config, _, _ in changes[resource]:
                self.registers.acknowledge((*resource, config))

    def check(self, connection: Connection) -> list[str]:
        found: dict[Hashable, object] = {}
        for kind, name, config in _CONFIGS:
            body = described(kind, name, config)
            (result,) = ask(connection, "DescribeConfigs", 4, **body)["results"]
            own = _OWN_SOURCES.get((kind, name)) or _OTHER_SOURCES[kind]
            for row in result["configs"]:
                if row["config_source"] == own:
                    found[kind, name, config] = row["value"]
        return self.registers.check(found)


class Quotas:
    """Of users, clients, both, and addresses, by AlterClientQuotas."""

    def __init__(self) -> None:
        self.registers = Registers("quota")

    def step(self, rng: random.Random, connection: Connection) -> None:
        keys = set()
        for _ in range(rng.randint(1, _MOST_AT_ONCE)):
            number = rng.randint(0, 9)
            keys.add(rng.choice([
                (("user", f"u{number}"),),
                (("client-id", f"c{number}"), ("user", f"u{number}")),
                (("client-id", None),),
                (("ip", f"10.0.0.{number}"),),
            ]))  # fmt: skip
        entries = []
        for key in sorted(keys, key=str):
            value = None if rng.random() < 0.3 else float(rng.randint(10**6, 10**9))
            self.registers.ask(key, value)
            name = "connection_creation_rate" if key[0][0] == "ip" else "consumer_byte_rate"
            parts = [{"entity_type": kind, "entity_name": one} for kind, one in key]
            entries.append(entry(parts, **{name: value}))
        answer = ask(connection, "AlterClientQuotas", 1, entries=entries, validate_only=False)
        for row in answer["entries"]:
            assert row["error_code"] == 0, answer
            self.registers.acknowledge(_entity(row))

    def check(self, connection: Connection) -> list[str]:
        answer = ask(connection, "DescribeClientQuotas", 1, components=[], strict=False)
        rows = {_entity(row): row["values"][0]["value"] for row in answer["entries"]}
        return self.registers.check(rows)


def _entity(row: Message) -> Hashable:
    parts = [(part["entity_type"], part["entity_name"]) for part in row["entity"]]
    return tuple(sorted(parts))


class Credentials:
    """SCRAM credentials, set and deleted."""

    def __init__(self) -> None:
        self.registers = Registers("credential")

    def step(self, rng: random.Random, connection: Connection) -> None:
        deletions, upsertions = [], []
        names = rng.sample([f"s{number}" for number in range(10)], rng.randint(1, 8))
        keys = {name: (name, rng.randint(1, 2)) for name in names}
        for name, mechanism in keys.values():
            row = {"name": name, "mechanism": mechanism}
            if self.registers.known((name, mechanism)) is not None and rng.random() < 0.4:
                self.registers.ask((name, mechanism), None)
                deletions.append(row)
                continue
            iterations = rng.randint(8_192, 16_384)
            self.registers.ask((name, mechanism), iterations)
            secret = {"salt": rng.randbytes(20), "salted_password": rng.randbytes(32)}
            upsertions.append({**row, "iterations": iterations, **secret})
        answer = ask(
            connection,
            "AlterUserScramCredentials",
            0,
            deletions=deletions,
            upsertions=upsertions,
        )
        for row in answer["results"]:
            assert row["error_code"] == 0, answer
            self.registers.acknowledge(keys[row["user"]])

    def check(self, connection: Connection) -> list[str]:
        answer = ask(connection, "DescribeUserScramCredentials", 0, users=None)
        found = {
            (row["user"], info["mechanism"]): info["iterations"]
            for row in answer["results"]
            for info in row["credential_infos"]
        }
        return self.registers.check(found)
