"""Requests to partitions of a coordinator, as Deferreds that are often resolved already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from wirekafka.apis.context import RequestContext
from wirekafka.apis.deferred import Deferred
from wirekafka.coordinator.machine import CoordinatorMachine, RequestInfo
from wirekafka.coordinator.runtime import CoordinatorRuntime, Method

M = TypeVar("M", bound=CoordinatorMachine)
R = TypeVar("R")


def ask_partition(
    runtime: CoordinatorRuntime[M],
    number: int,
    context: RequestContext,
    method: Method[M, R],
    request: R,
) -> Deferred:
    """The machine's response or an ApiError is the answer."""
    later = Deferred()
    ticket = runtime.request(number, method, request_info(context), request, later.resolve)
    if ticket is not None and not later.done:
        later.on_abandon = partial(runtime.abandon, number, ticket)
    return later


def request_info(context: RequestContext) -> RequestInfo:
    # Java shows an address with a slash before it; a missing client id is an empty one.
    return RequestInfo(context.api_version, context.client_id or "", f"/{context.client_host}")


def mapped(asked: Deferred, change: Callable[[Any], Any]) -> Deferred:
    """The same answer, changed on its way; `change` also gets ApiErrors."""
    later = Deferred(on_abandon=asked.abandon)
    asked.then(lambda answer: later.resolve(change(answer)))
    return later


def gathered(asked: Sequence[Deferred], finish: Callable[[list[Any]], Any]) -> Deferred:
    """When all are answered, what `finish` makes of their answers and ApiErrors, in order."""

    def abandon() -> None:
        for one in asked:
            one.abandon()

    later = Deferred(on_abandon=abandon)
    answers: list[Any] = [None] * len(asked)
    missing = len(asked)
    if not asked:
        later.resolve(finish(answers))

    def answered(index: int, answer: Any) -> None:
        nonlocal missing
        answers[index] = answer
        missing -= 1
        if missing == 0:
            later.resolve(finish(answers))

    for index, one in enumerate(asked):
        one.then(partial(answered, index))
    return later
