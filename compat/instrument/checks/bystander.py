"""Another client's p99 while faults are in force for one client: a ratio that is reported.

Two clients produce at the same time, one record after the other. In every other round the first
one is under faults of all kinds; the second one's times are compared between the rounds. A machine
that is busy with other things is busy in both kinds of rounds.

What the client sees contains what its own program, the struck one in the same program and the
machine take. What the broker takes, from the bytes that were read to the answer that was written,
is in its request log; its median is what the broker does for the bystander, its p99 has the moments
in which the machine ran something else.
"""

from __future__ import annotations

from statistics import median

from ..check import check
from ..stage import Stage

ROUNDS = 8
RECORDS = 250
FIGURES = ("client's p99", "broker's p99", "broker's median")
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
    calm: list[tuple[float, ...]] = []  # what each round gave, in the order of FIGURES
    under_faults: list[tuple[float, ...]] = []
    hits = 0
    for number in range(2 * ROUNDS):
        is_calm = number % 2 == 0
        if not is_calm:
            for index, rule in enumerate(FAULTS):
                stage.fault(f"fault-{index}", api="Produce", client_id="struck", **rule)
        # As little in both: a broker that is busier has its code in the caches, and is quicker.
        busy = struck.measuring(other, RECORDS // 10)
        seen = _p99(bystander.measure(topic, RECORDS))
        took = _broker_times(stage)
        (calm if is_calm else under_faults).append((seen, _p99(took), median(took)))
        busy.result(60)
        ended = stage.control.request("DELETE", "/faults")["faults"]
        hits += sum(fault["hits"] for fault in ended)
    stage.check(hits > 0, "no fault hit the client that they were for")
    for index, figure in enumerate(FIGURES):
        before, under = (median(round_[index] for round_ in each) for each in (calm, under_faults))
        stage.saw(
            f"{figure}: {before:.3f} ms without, {under:.3f} ms with faults for another client: "
            f"ratio {under / before:.2f}"
        )
    stage.saw(f"{hits} hits")


def _broker_times(stage: Stage) -> list[float]:
    """What the broker took for each of the newest round's records, ms."""
    asked = f"/requests?client=bystander&api=Produce&limit={RECORDS}"
    found = stage.control.request("GET", asked)["requests"]
    times = [one["duration_ms"] for one in found if one["duration_ms"] is not None]
    stage.equal("requests in the log", len(times), RECORDS)
    return times


def _p99(times: list[float]) -> float:
    return sorted(times)[len(times) * 99 // 100]
