"""What a handler may know of a request besides its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from wirekafka.apis.deferred import Deferred

if TYPE_CHECKING:
    from wirekafka.apis.intervention import Intervention
    from wirekafka.apis.settled_heartbeat import Settled, SettledHeartbeat
    from wirekafka.observe.tape import Tape
    from wirekafka.quotas.network_time import NetworkTime
    from wirekafka.quotas.request_usage import RequestUsage


class Peer(Protocol):
    """What is known of the connection that a request came from.

    `advertised` is the (host, port) that this client is told for this broker; `software` the
    name and version that it gave of itself, `client_id` that of its ApiVersions; `last_read` when
    bytes last came from it, in seconds of the steady clock; `served` how many requests were
    handled before those of this wake-up; `tape` what the connection said and heard, None where
    nobody records; `settled` the heartbeat that it need not bring to the dispatcher again;
    `network_time` counts its reading and sending, None where there is no quota of request time.
    """

    client_host: str
    listener: str
    advertised: tuple[str, int]
    software: tuple[str, str]
    client_id: str
    last_read: float
    tape: Tape | None
    settled: SettledHeartbeat | None
    network_time: NetworkTime | None

    @property
    def served(self) -> int: ...

    def hold(self, until: Deferred) -> None:
        """After the answer of the request that is handled now, read no other before `until`."""


class RequestContext:
    """One request's surroundings.

    `client_host` is the peer's address without a port; `listener` the name of the listener;
    `advertised` the (host, port) that this client should be told for this broker; `usage` what the
    request uses of the client's quotas, None while there are none; `intervention` the fault that
    stands in for the handler, nearly always None; `settled` the member whose heartbeat this is, if
    the next one will be answered the same.
    """

    __slots__ = (
        "advertised",
        "api_key",
        "api_version",
        "client_host",
        "client_id",
        "correlation_id",
        "intervention",
        "listener",
        "peer",
        "principal",
        "settled",
        "usage",
    )

    def __init__(
        self,
        api_key: int,
        api_version: int,
        correlation_id: int,
        client_id: str | None,
        client_host: str,
        listener: str,
        advertised: tuple[str, int],
        peer: Peer,
        principal: str = "User:ANONYMOUS",
        usage: RequestUsage | None = None,
        intervention: Intervention | None = None,
    ) -> None:
        self.api_key = api_key
        self.api_version = api_version
        self.correlation_id = correlation_id
        self.client_id = client_id
        self.client_host = client_host
        self.listener = listener
        self.advertised = advertised
        self.peer = peer
        self.principal = principal
        self.usage = usage
        self.intervention = intervention
        self.settled: Settled | None = None
