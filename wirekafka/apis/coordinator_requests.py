"""One request to one partition of a coordinator, as a Deferred that is often resolved already."""

from __future__ import annotations

from functools import partial
from typing import TypeVar

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
