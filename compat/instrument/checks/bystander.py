"""Another client's p99 while faults are in force for one client: a ratio that is reported.

Two clients produce at the same time, one record after the other. In every other round the first
one is under faults of all kinds; the second one's times are compared between the rounds. A machine
that is busy with other things is busy in both kinds of rounds.
"""

from __future__ import annotations

from statistics import median

from ..check import check
from ..stage import Stage

ROUNDS = 8
RECORDS = 250
FAULTS: list[dict[str, object]] = [
    {"effect": "latency", "ms": 5, "probability": 0.3},
    {"effect": "throttle", "ms": 5, "probability": 0.3},
    {"error": "NOT_LEADER_OR_FOLLOWER", "probability": 0.3},
    {"effect": "drop_before", "probability": 0.05},
]


@check()
def the_p99_of_a_bystander(stage: Stage) -> None:
    """The bystander is hit by nothing; its p99 under the other's faults is reported as a ratio."""
    topic, other = stage.topic(), stage.topic()
    struck = stage.producer(client_id="struck", idempotent=True)
    bystander = stage.producer(client_id="bystander")
    bystander.measure(topic, RECORDS)
    calm: list[float] = []  # the p99 of each round
    under_faults: list[float] = []
    hits = 0
    for number in range(2 * ROUNDS):
        is_calm = number % 2 == 0
        if not is_calm:
            for index, rule in enumerate(FAULTS):
                stage.fault(f"fault-{index}", api="Produce", client_id="struck", **rule)
        # Under faults it gets a tenth done: it is busy about as long as the bystander in both.
        busy = struck.measuring(other, RECORDS if is_calm else RECORDS // 10)
        (calm if is_calm else under_faults).append(_p99(bystander.measure(topic, RECORDS)))
        busy.result(60)
        ended = stage.control.request("DELETE", "/faults")["faults"]
        hits += sum(fault["hits"] for fault in ended)
    stage.check(hits > 0, "no fault hit the client that they were for")
    before, under = median(calm), median(under_faults)
    stage.saw(
        f"median p99 {before:.2f} ms without, {under:.2f} ms with faults for another client: "
        f"ratio {under / before:.2f}; {hits} hits"
    )


def _p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]
