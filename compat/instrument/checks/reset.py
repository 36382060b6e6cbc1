"""Check 4: a broker as new, under the feet of live clients."""

from __future__ import annotations

import time

from ..check import check
from ..remote import RECREATED, RemoteConsumer
from ..stage import Stage

TOPICS = 50
RECORDS = 10_000
GROUPS = 5


@check(once=True)
def everything_goes_and_live_consumers_read_on(stage: Stage) -> None:
    """50 topics, 10,000 records, 5 groups, an open transaction, a live consumer of each library."""
    names = [f"topic-{number}" for number in range(TOPICS)]
    per_topic = RECORDS // TOPICS
    stage.control.seed(
        topics=[{"name": name} for name in names],
        records=[{"topic": name, "value": str(n)} for name in names for n in range(per_topic)],
        offsets=[
            {"group": f"group-{number}", "topic": names[0], "partition": 0, "offset": 5}
            for number in range(GROUPS)
        ],
    )
    transactional = stage.producer(transactional_id="open")
    transactional.begin()
    transactional.send(names[0], "never")
    consumers = {}
    for name, remote in stage.remotes.items():
        consumers[name] = stage.consumer(f"live-{name}", "topic-1", remote, client_id=f"id-{name}")
        stage.control.wait_for_group(f"live-{name}", members=1, assigned=True)
    for consumer in consumers.values():
        stage.equal("read before", len(consumer.values(per_topic)), per_topic)

    began = time.monotonic()
    told = stage.control.reset()
    stage.saw(f"{(time.monotonic() - began) * 1000:.0f} ms, {len(consumers)} live consumers")

    stage.equal("topics", len(told["topics"]), TOPICS)
    known = {f"group-{number}" for number in range(GROUPS)} | {f"live-{n}" for n in consumers}
    stage.equal("groups", set(told["groups"]), known)
    stage.equal("transactional ids", told["transactional_ids"], ["open"])
    connected = {client["client_id"] for client in told["clients"]}
    missing = {f"id-{name}" for name in consumers} - connected
    stage.equal("live consumers that it does not name", missing, set())
    stage.equal("old groups", [g for g in stage.control.groups() if "group-" in g["group_id"]], [])

    # Some libraries make the topic that they miss, if the broker lets them; seed leaves that alone.
    stage.control.seed(topics=[{"name": "topic-1"}])
    stage.control.seed(records=[{"topic": "topic-1", "value": "new life"}])
    stage.equal("offset", [one["offset"] for one in stage.control.records("topic-1")], [0])
    for name, consumer in consumers.items():
        if stage.remotes[name].lacks(RECREATED):
            consumer.close()
            consumer = stage.consumer(f"new-{name}", "topic-1", stage.remotes[name])

        def is_read(consumer: RemoteConsumer = consumer) -> bool:
            return consumer.values(0)[-1:] == ["new life"]

        stage.eventually(f"{name} reads the new record", is_read)


@check()
def a_prefix_leaves_the_others_alone(stage: Stage) -> None:
    """With a prefix: the consumer of another group is not disturbed and loses nothing."""
    stage.control.seed(topics=[{"name": "mine.a"}, {"name": "theirs.a"}])
    mine = stage.consumer("mine.group", "mine.a", client_id="mine.c")
    theirs = stage.consumer("theirs.group", "theirs.a", client_id="theirs.c")
    for group in ("mine.group", "theirs.group"):
        stage.control.wait_for_group(group, members=1, assigned=True)
    before = stage.control.group("theirs.group")
    told = stage.control.reset(prefix="mine.")
    stage.equal("topics", told["topics"], ["mine.a"])
    stage.equal("groups", told["groups"], ["mine.group"])
    stage.equal("clients", [client["client_id"] for client in told["clients"]], ["mine.c"])
    stage.producer().send("theirs.a", "x")
    stage.equal("read", theirs.values(1), ["x"])
    stage.equal("their group", stage.control.group("theirs.group")["epoch"], before["epoch"])
    mine.close()
