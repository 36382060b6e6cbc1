"""A fault of each kind has the effect that a real broken network, or a real broker, would have."""

from __future__ import annotations

import time

from ..check import check
from ..remote import LEAVES_SILENCE
from ..stage import Stage

LATE_MS = 400


@check()
def an_error_twice_is_retried_and_stored_once(stage: Stage) -> None:
    """{Produce, topic, NOT_LEADER_OR_FOLLOWER, twice}: two retries, one record, two hits."""
    topic, producer = stage.topic(), stage.producer()
    rule = {"api": "Produce", "topic": topic, "error": "NOT_LEADER_OR_FOLLOWER", "count": 2}
    stage.fault("moved", **rule)
    producer.send(topic, "once")
    stage.equal("stored", stage.stored(topic), ["once"])
    state = stage.fault_state("moved")
    stage.equal("hits", state["hits"], 2)
    stage.equal("spent", state["spent"], True)


@check()
def an_error_that_is_final_reaches_the_program(stage: Stage) -> None:
    """An error that no retry helps is told to the program, and nothing is stored."""
    topic, producer = stage.topic(), stage.producer()
    stage.fault("refused", api="Produce", topic=topic, error="TOPIC_AUTHORIZATION_FAILED")
    stage.saw(stage.fails("the send", lambda: producer.send(topic, "never")))
    stage.equal("stored", stage.stored(topic), [])
    stage.end_fault("refused")
    producer = stage.producer()  # some give a producer up that was refused
    producer.send(topic, "after")
    stage.equal("stored afterwards", stage.stored(topic), ["after"])


@check()
def latency_makes_a_request_late(stage: Stage) -> None:
    """A request under latency takes at least that long, and is carried out once."""
    topic, producer = stage.topic(), stage.producer()
    producer.send(topic, "before")
    stage.fault("late", api="Produce", topic=topic, effect="latency", ms=LATE_MS)
    began = time.monotonic()
    producer.send(topic, "late")
    took_ms = (time.monotonic() - began) * 1000
    stage.check(took_ms >= LATE_MS, f"it took {took_ms:.0f} ms only")
    stage.equal("stored", stage.stored(topic), ["before", "late"])
    stage.equal("hits", stage.end_fault("late")["hits"], 1)


@check()
def a_throttled_client_waits(stage: Stage) -> None:
    """After an answer that throttles, the client's next request comes that much later."""
    topic, producer = stage.topic(), stage.producer()
    producer.send(topic, "0")
    stage.fault("throttle", api="Produce", topic=topic, effect="throttle", ms=LATE_MS, count=1)
    began = time.monotonic()
    producer.send(topic, "1")
    producer.send(topic, "2")
    took_ms = (time.monotonic() - began) * 1000
    stage.check(took_ms >= LATE_MS * 0.95, f"both took {took_ms:.0f} ms only")
    stage.equal("stored", stage.stored(topic), ["0", "1", "2"])
    stage.equal("hits", stage.hits("throttle"), 1)


@check()
def a_drop_before_is_sent_again(stage: Stage) -> None:
    """A connection that breaks before the request arrived: sent again, stored once."""
    topic, producer = stage.topic(), stage.producer()
    stage.fault("cut", api="Produce", topic=topic, effect="drop_before", count=2)
    producer.send(topic, "once")
    stage.equal("stored", stage.stored(topic), ["once"])
    stage.equal("hits", stage.hits("cut"), 2)


@check()
def a_drop_after_leaves_one_copy_of_an_idempotent_producer(stage: Stage) -> None:
    """The append, then a broken connection: the second try of an idempotent producer is known."""
    topic, producer = stage.topic(), stage.producer(idempotent=True)
    stage.fault("cut", api="Produce", topic=topic, effect="drop_after", count=1)
    producer.send(topic, "once")
    producer.send(topic, "next")
    stage.equal("stored", stage.stored(topic), ["once", "next"])
    stage.equal("hits", stage.hits("cut"), 1)


@check()
def a_drop_after_leaves_two_copies_of_any_other_producer(stage: Stage) -> None:
    """The same without idempotence: the record is there twice, as it would be in production."""
    topic, producer = stage.topic(), stage.producer()
    stage.fault("cut", api="Produce", topic=topic, effect="drop_after", count=1)
    producer.send(topic, "twice")
    stage.equal("stored", stage.stored(topic), ["twice", "twice"])


@check()
def half_an_answer_is_no_answer(stage: Stage) -> None:
    """Half of an answer and a broken connection: the client asks again, one copy is stored."""
    topic, producer = stage.topic(), stage.producer(idempotent=True)
    stage.fault("half", api="Produce", topic=topic, effect="half_response", count=1)
    producer.send(topic, "once")
    stage.equal("stored", stage.stored(topic), ["once"])
    stage.equal("hits", stage.hits("half"), 1)


@check()
def refused_connections_are_tried_again(stage: Stage) -> None:
    """Two refused connections, as while a broker restarts: the client comes again and works."""
    topic = stage.topic()
    stage.fault("down", effect="refuse_connect", count=2)
    producer = stage.producer(idempotent=True)
    producer.send(topic, "once")
    stage.equal("stored", stage.stored(topic), ["once"])
    stage.equal("hits", stage.hits("down"), 2)


@check()
def refused_connections_of_one_client(stage: Stage) -> None:
    """Refused by client id: the others connect meanwhile, and this one does afterwards."""
    topic = stage.topic()
    stage.fault("down", effect="refuse_connect", client_id="unlucky")
    making = stage.remote.tell(
        "producer", who="unlucky", bootstrap=stage.kafka.bootstrap, client_id="unlucky"
    )
    stage.producer().send(topic, "lucky")
    stage.equal("stored", stage.stored(topic), ["lucky"])
    sending = None
    if making.done():  # some connect when the first record comes
        sending = stage.remote.tell("send", who="unlucky", topic=topic, values=["unlucky"])
    stage.eventually("it is refused twice", lambda: stage.hits("down") >= 2)
    stage.end_fault("down")
    making.result(30)
    sending = sending or stage.remote.tell("send", who="unlucky", topic=topic, values=["unlucky"])
    sending.result(30)
    stage.equal("stored", stage.stored(topic), ["lucky", "unlucky"])


@check()
def a_blackhole_is_left_by_the_request_timeout(stage: Stage) -> None:
    """No answer: the client gives the request up and tries again, until the hole is taken away."""
    topic = stage.topic()
    producer = stage.producer(idempotent=True, request_timeout_ms=1_000, give_up_ms=60_000)
    producer.send(topic, "before")
    stage.fault("hole", api="Produce", topic=topic, effect="blackhole")
    sending = producer.sending(topic, "once")
    # Who stays on the connection after a timeout asks a second time where nobody reads.
    tries = 1 if stage.remote.lacks(LEAVES_SILENCE) else 2
    stage.eventually(f"it tries {tries} times", lambda: stage.hits("hole") >= tries)
    stage.equal("stored meanwhile", stage.stored(topic), ["before"])
    stage.saw(f"hits {stage.end_fault('hole')['hits']}")
    sending.result(30)
    stage.equal("stored", stage.stored(topic), ["before", "once"])


@check()
def a_consumer_reads_on_through_all_of_them(stage: Stage) -> None:
    """Errors, cuts, half answers and latency on Fetch: no record is lost, and the order stays.

    Nothing is committed: who joins anew after a cut, as Java and kafkajs do, begins again."""
    topic, producer = stage.topic(), stage.producer()
    wanted = [str(number) for number in range(50)]
    rule = {"api": "Fetch", "topic": topic}
    stage.fault("error", error="NOT_LEADER_OR_FOLLOWER", nth=2, **rule)
    stage.fault("cut", effect="drop_before", nth=3, **rule)
    stage.fault("half", effect="half_response", nth=4, **rule)
    stage.fault("late", effect="latency", ms=100, nth=5, **rule)
    stage.fault("cut again", effect="drop_after", nth=6, **rule)
    consumer = stage.consumer("readers", topic, request_timeout_ms=2_000)
    for value in wanted:
        producer.send(topic, value)
    names = ("error", "cut", "half", "late", "cut again")
    stage.eventually("each hit once", lambda: all(stage.hits(name) == 1 for name in names))
    producer.send(topic, "last")
    wanted.append("last")

    def read() -> list[str]:
        return list(dict.fromkeys(consumer.values(0)))

    stage.eventually("all are read", lambda: len(read()) == len(wanted))
    stage.equal("read", read(), wanted)
