"""What a fault is about: the client, topic, partition or group that it names, and nobody else."""

from __future__ import annotations

from ..check import check
from ..stage import Stage


@check()
def a_fault_of_one_client_id(stage: Stage) -> None:
    """By client id, as a glob: one producer is refused, another of the same library is not."""
    topic = stage.topic()
    stage.fault("theirs", client_id="billing-*", api="Produce", error="TOPIC_AUTHORIZATION_FAILED")
    theirs, ours = stage.producer(client_id="billing-7"), stage.producer(client_id="shop")
    ours.send(topic, "ours")
    stage.fails("the send", lambda: theirs.send(topic, "theirs"))
    ours.send(topic, "ours again")
    stage.equal("stored", stage.stored(topic), ["ours", "ours again"])


@check()
def a_fault_of_one_partition(stage: Stage) -> None:
    """By topic and partition: the other partition and the other topic work."""
    topic, other = stage.topic(2), stage.topic(2)
    stage.fault("one", api="Produce", topic=topic, partition=1, error="TOPIC_AUTHORIZATION_FAILED")
    stage.producer().send(topic, "good", partition=0)
    stage.producer().send(other, "good", partition=1)
    stage.fails("the send", lambda: stage.producer().send(topic, "bad", partition=1))
    stage.equal("stored", stage.stored(topic), ["good"])
    stage.equal("stored in the other", stage.stored(other), ["good"])


@check()
def a_fault_of_one_group(stage: Stage) -> None:
    """By group: its member waits for the coordinator, another group's reads; then both do."""
    topic = stage.topic()
    stage.producer().send(topic, "x")
    stage.fault("away", api="FindCoordinator", group="app-*", error="COORDINATOR_NOT_AVAILABLE")
    words = {"who": "poor", "bootstrap": stage.kafka.bootstrap, "group": "app-1", "topic": topic}
    making = stage.remote.tell("consumer", **words)
    lucky = stage.consumer("other", topic)
    stage.equal("read by the other", lucky.values(1), ["x"])
    stage.eventually("it is asked again", lambda: stage.hits("away") >= 2)
    stage.end_fault("away")
    making.result(60)
    found = stage.remote.ask("records", who="poor", count=1, ms=20_000)["records"]
    stage.equal("read at last", [one["value"] for one in found], ["x"])


@check()
def the_third_request(stage: Stage) -> None:
    """nth=3: the third Produce and no other; all are stored once, in order."""
    topic, producer = stage.topic(), stage.producer()
    stage.fault("third", api="Produce", topic=topic, nth=3, error="NOT_LEADER_OR_FOLLOWER")
    for number in range(5):
        producer.send(topic, str(number))
    state = stage.fault_state("third")
    stage.equal("hits", state["hits"], 1)
    stage.equal("spent", state["spent"], True)
    stage.equal("stored", stage.stored(topic), list("01234"))


@check()
def now_and_then(stage: Stage) -> None:
    """probability=0.4: each hit is one retry more, and every record is stored once."""
    topic, producer = stage.topic(), stage.producer()
    rule = {"api": "Produce", "topic": topic, "error": "NOT_LEADER_OR_FOLLOWER"}
    stage.fault("dice", probability=0.4, seed=11, **rule)
    for number in range(20):
        producer.send(topic, str(number))
    state = stage.end_fault("dice")
    stage.check(0 < state["hits"] < 20, f"{state['hits']} hits")
    stage.equal("requests", state["fitting"], 20 + state["hits"])
    stage.equal("stored", stage.stored(topic), [str(number) for number in range(20)])
    stage.saw(f"{state['hits']} of {state['fitting']} requests were hit")
