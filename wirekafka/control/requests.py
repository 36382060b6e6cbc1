"""The request log: what clients asked and were answered, decoded when it is read.

    GET    /requests          the newest that match, oldest first
    GET    /requests/assert   200 when at least n match, 409 with what there is otherwise; with
                              `timeout` it waits for them
    GET    /requests.pcapng   the same as packets, for Wireshark; whole connections
    DELETE /requests          forget all of them

All take the same filters. `client` is a client id, the software's name, or an address. What the
recorder had no room for is counted in `not_kept`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from wirekafka.control.errors import ControlError
from wirekafka.control.pieces import Pieces, Rows, encode
from wirekafka.control.routes import Answer, Body, Content, Params, Route
from wirekafka.instrument.turns import Turns
from wirekafka.observe.exchanges import Exchange, not_kept, of_tape
from wirekafka.observe.pcapng import capture
from wirekafka.observe.selection import Selection, groups_of, is_chosen, topics_of
from wirekafka.observe.surroundings import BrokerSurroundings
from wirekafka.observe.tape import Tape

if TYPE_CHECKING:
    from wirekafka.broker import Broker

MAX_ROWS = 10_000
"""In one answer: a few MB of JSON."""

LATEST_MS = (1 << 53) - 1
"""Far away, and a number that every client's JSON can carry."""

_LOOK_AGAIN_S = 0.02
"""While waiting for requests; they have no event that could wake us."""

_MAX_WAIT_S = 300.0


class Filter(Body):
    """Which requests; what is left out is anything. `since` is in Unix milliseconds."""

    client: str | None = None
    api: str | None = None
    topic: str | None = None
    group: str | None = None
    error: str | None = None
    connection: int | None = None
    since: Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)] | None = None


class Wanted(Filter):
    """As the filter, the newest `limit` of them; without `bodies` only headers and errors."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_ROWS)] = 100
    bodies: bool = True


class Assertion(Filter):
    """At least `n` requests, waiting `timeout` seconds for them."""

    n: Annotated[int, msgspec.Meta(ge=0)] = 1
    timeout: Annotated[float, msgspec.Meta(ge=0, le=_MAX_WAIT_S)] = 0.0


class Row(Answer):
    """One request. `duration_ms` and `answer` are null while there is no answer; `cut` says that
    the recorder has not kept all of it."""

    time: int
    connection: int
    client_id: str
    client: str
    software: str
    api: str
    version: int
    correlation_id: int
    state: str
    duration_ms: float | None
    errors: list[str]
    topics: list[str]
    groups: list[str]
    request_bytes: int
    answer_bytes: int
    cut: bool
    request: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None


class RequestLog(Answer):
    """`count` match, `requests` are the newest of them; `now` is for `since` of the next call."""

    now: int
    count: int
    not_kept: int
    requests: list[Row]


class Counted(Answer):
    """How many match."""

    count: int


async def listed(broker: Broker, body: Wanted, params: Params) -> Content:
    recorder = broker.observer.recorder
    found = await matching(broker, body)
    names = BrokerSurroundings(broker).topic_names()
    head = RequestLog(
        now=recorder.unix_ms(recorder.monotonic()),
        count=len(found),
        not_kept=not_kept(recorder.tapes()),
        requests=[],
    )
    pieces = Pieces(Turns())
    rows = Rows(pieces)
    pieces.add(encode(head).removesuffix(b"]}"))
    found.reverse()
    del found[body.limit :]
    while found:
        rows.begin()
        pieces.add(encode(_row(broker, found.pop(), names, body.bodies)))
        await pieces.breathe()
    pieces.add(b"]}\n")
    return Content(pieces.done())


async def asserted(broker: Broker, body: Assertion, params: Params) -> Counted:
    """Counts again until there are enough, or the time is up."""
    loop = asyncio.get_running_loop()
    recorder = broker.observer.recorder
    deadline = loop.time() + body.timeout
    counted_at = -1
    while True:
        began = loop.time()
        is_last = began >= deadline
        if is_last or recorder.used_bytes != counted_at:
            counted_at = recorder.used_bytes
            count = len(await matching(broker, body))
            if count >= body.n:
                return Counted(count=count)
        if is_last:
            lost = not_kept(recorder.tapes())
            hint = f"{lost} requests were not kept" if lost else "GET /requests shows them"
            raise ControlError(409, f"{count} requests match, not {body.n}", field="n", hint=hint)
        # Where much is kept, to count takes a while: no more than a third of the time.
        await asyncio.sleep(max(_LOOK_AGAIN_S, 2 * (loop.time() - began)))


async def captured(broker: Broker, body: Filter, params: Params) -> Content:
    recorder = broker.observer.recorder
    wanted = {exchange.tape.number for exchange in await matching(broker, body)}
    tapes: list[Tape] = [tape for tape in recorder.tapes() if tape.number in wanted]
    # Whether a connection that is gone would match nobody knows.
    lost = recorder.lost_connections if body == Filter() else 0
    data = capture(tapes, recorder.unix_ms, lost_connections=lost)
    return Content([data], "application/vnd.tcpdump.pcap", "wirekafka.pcapng")


async def forgotten(broker: Broker, body: None, params: Params) -> Counted:
    count = len(await matching(broker, Filter()))
    broker.observer.forget()
    return Counted(count=count)


async def matching(broker: Broker, wanted: Filter) -> list[Exchange]:
    """In the order of arrival."""
    recorder = broker.observer.recorder
    since = float("-inf")
    if wanted.since is not None:
        since = recorder.monotonic() - (recorder.unix_ms(recorder.monotonic()) - wanted.since) / 1e3
    selection = Selection(
        client=wanted.client,
        api=wanted.api,
        topic=wanted.topic,
        group=wanted.group,
        error=wanted.error,
        connection=wanted.connection,
    )
    names = BrokerSurroundings(broker).topic_names()
    turns = Turns()
    found: list[Exchange] = []
    for tape in recorder.tapes():
        if wanted.connection is not None and tape.number != wanted.connection:
            continue
        for exchange in of_tape(tape):
            if is_chosen(exchange, selection, since=since, topic_names=names):
                found.append(exchange)
            if turns.is_over:
                await turns.next()
    found.sort(key=lambda exchange: exchange.started)
    return found


def _row(broker: Broker, exchange: Exchange, names: dict[str, str], bodies: bool) -> Row:
    tape = exchange.tape
    header = exchange.header
    return Row(
        time=broker.observer.recorder.unix_ms(exchange.started),
        connection=tape.number,
        client_id=exchange.client_id,
        client=f"{tape.client_host}:{tape.client_port}",
        software=" ".join(tape.client_software).strip(),
        api=exchange.api,
        version=header.api_version if header is not None else -1,
        correlation_id=header.correlation_id if header is not None else -1,
        state=exchange.state,
        duration_ms=exchange.duration_ms,
        errors=exchange.errors,
        topics=topics_of(exchange, names),
        groups=groups_of(exchange),
        request_bytes=exchange.request.size,
        answer_bytes=exchange.answer.size if exchange.answer is not None else 0,
        cut=exchange.is_cut,
        request=exchange.request_fields if bodies else None,
        answer=exchange.answer_fields if bodies else None,
    )


ROUTES = (
    Route("GET", "/requests", "What clients asked, decoded.", Wanted, RequestLog, listed),
    Route(
        "GET",
        "/requests/assert",
        "409 unless at least n requests match.",
        Assertion,
        Counted,
        asserted,
        waits=True,
    ),
    Route("GET", "/requests.pcapng", "The same for Wireshark.", Filter, Content, captured),
    Route("DELETE", "/requests", "Forget what was recorded.", None, Counted, forgotten),
)
