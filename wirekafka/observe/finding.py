"""Finding: what is wrong, or what is waited for, in words for the person who runs the client."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class Finding:
    """`cause` says what happens, `advice` what to change; `client` is as in `client_name`.

    `since` is the recorder's time of the beginning. A `wait` is not a mistake: it tells what a
    client waits for and is never logged by itself.
    """

    kind: str
    client: str
    cause: str
    advice: str
    since: float
    is_wait: bool = False
    connection: int | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """The same for the same mistake, however often it is found."""
        return self.kind, self.client, self.advice


def client_name(client_id: str | None, software: tuple[str, str], host: str) -> str:
    """ "orders-service (librdkafka 2.11.0) at 10.0.0.7"."""
    made_by = f" ({' '.join(part for part in software if part)})" if any(software) else ""
    return f"{client_id or 'a client'}{made_by} at {host}"


def times(count: int) -> str:
    """How often."""
    return "once" if count == 1 else f"{count} times"


def host_port(address: tuple[str, int]) -> str:
    """An address as people write it."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
