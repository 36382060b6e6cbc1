"""Producers with a transactional id: their producer id and epochs outlive the broker."""

from __future__ import annotations

import json
from typing import Any

from confluent_kafka import Producer

from wirekafka.cli.main import main
from wirekafka.coordinator.java_hash import partition_for

WAIT_SECONDS = 20
TRANSACTIONAL_ID = "golden-a"


def init(broker: Any) -> None:
    settings = {"bootstrap.servers": broker.bootstrap, "transactional.id": TRANSACTIONAL_ID}
    Producer(settings).init_transactions(WAIT_SECONDS)


def test_a_transactional_id_keeps_its_producer_id_over_crash_and_stop(
    start_broker: Any, capsys: Any
) -> None:
    broker = start_broker()
    init(broker)
    init(broker)
    broker.kill()
    broker.start()
    init(broker)
    assert broker.stop() == 0
    broker.start()
    init(broker)
    broker.stop()

    number = partition_for(TRANSACTIONAL_ID, 50)
    path = broker.data_dir / f"__transaction_state-{number}" / f"{0:020d}.log"
    command = ["dump-log", "--files", str(path), "--json", "--transaction-log-decoder"]
    assert main(command) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    values = [row["payload"]["data"] for row in rows if row["type"] == "record"]
    assert [value["producerEpoch"] for value in values] == [0, 1, 2, 3]
    assert {value["producerId"] for value in values} == {0}
