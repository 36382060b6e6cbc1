"""A client of the control port: one method for each route, standard library only, synchronous.

    control = ControlClient("http://127.0.0.1:40123")
    control.wait_for_group("app", members=2, assigned=True)
    assert [r["value"] for r in control.records("orders", wait_for=3)] == ["a", "b", "c"]
    control.advance("46s")
    control.reset()

Answers are what the route answers in JSON: dicts and lists; see /openapi.json. A refusal raises
ControlRefused with the status and the three texts of the answer. A method waits for its answer for
as long as the request asks the broker to wait, and `timeout_s` beyond that.

One connection is kept open per client; a client is for one thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from wirekafka.testing.control_connection import ControlConnection, ControlRefused, Json

__all__ = ["ControlClient", "ControlRefused", "Json"]

ADVANCE_S = 60.0
"""An advance is answered when what fell due is done, compaction as well."""

KEEP: Json = object()
"""Stands for what stays as it is, where None takes something back."""


class ControlClient(ControlConnection):
    """See the module. `url` is what `wirekafka serve --control` prints."""

    # -- ready, metrics ---------------------------------------------------------------------------

    def live(self) -> Json:
        """GET /live."""
        return self.request("GET", "/live")

    def ready(self) -> Json:
        """GET /ready. Raises ControlRefused (503) until the broker is."""
        return self.request("GET", "/ready")

    def metrics(self) -> str:
        """GET /metrics: the text that Prometheus reads."""
        return self.content("GET", "/metrics").decode()

    def openapi(self) -> Json:
        """GET /openapi.json."""
        return self.request("GET", "/openapi.json")

    # -- reset, seed ------------------------------------------------------------------------------

    def reset(self, scope: str = "all", *, prefix: str = "") -> Json:
        """POST /reset: "all", "topics" or "groups"; with `prefix` what begins with it."""
        return self.request("POST", "/reset", {"scope": scope, "prefix": prefix})

    def seed(
        self,
        *,
        topics: Sequence[Mapping[str, Json]] = (),
        records: Sequence[Mapping[str, Json]] = (),
        offsets: Sequence[Mapping[str, Json]] = (),
    ) -> Json:
        """POST /seed."""
        body = {"topics": list(topics), "records": list(records), "offsets": list(offsets)}
        return self.request("POST", "/seed", body)

    # -- records ----------------------------------------------------------------------------------

    def records(
        self,
        topic: str,
        *,
        partition: int | None = None,
        start: int | None = None,
        end: int | None = None,
        last: int | None = None,
        limit: int | None = None,
        wait_for: int | None = None,
        timeout: float = 5.0,
        committed: bool = False,
        render: str = "text",
    ) -> list[dict[str, Json]]:
        """GET /records/{topic}: the records alone. ControlRefused (408) when `wait_for` committed
        ones do not come within `timeout` seconds."""
        query = {
            "partition": partition,
            "start": start,
            "end": end,
            "last": last,
            "limit": limit,
            "wait_for": wait_for,
            "timeout": timeout,
            "committed": committed or None,
            "render": render,
        }
        waiting_s = timeout if wait_for is not None else 0.0
        path = f"/records/{quote(topic, safe='')}"
        answer = self.request("GET", path, query=query, waiting_s=waiting_s)
        found: list[dict[str, Json]] = answer["records"]
        return found

    # -- groups -----------------------------------------------------------------------------------

    def groups(self) -> list[dict[str, Json]]:
        """GET /groups."""
        found: list[dict[str, Json]] = self.request("GET", "/groups")
        return found

    def group(self, group_id: str) -> Json:
        """GET /groups/{group}."""
        return self.request("GET", _group_path(group_id))

    def wait_for_group(
        self,
        group_id: str,
        *,
        members: int | None = None,
        stable: bool = False,
        assigned: bool = False,
        caught_up: bool = False,
        timeout: float = 30.0,
    ) -> Json:
        """POST /groups/{group}/wait: the group, once all conditions hold. ControlRefused (408)
        says what is missing after `timeout` seconds."""
        body = {
            "members": members,
            "stable": stable,
            "assigned": "all" if assigned else None,
            "caught_up": caught_up,
            "timeout": timeout,
        }
        return self.request("POST", _group_path(group_id, "wait"), body, waiting_s=timeout)

    def evict(
        self,
        group_id: str,
        *,
        member_id: str | None = None,
        instance_id: str | None = None,
        client_id: str | None = None,
    ) -> list[str]:
        """POST /groups/{group}/evict: the ids of the members that are gone."""
        chosen = {"member_id": member_id, "instance_id": instance_id, "client_id": client_id}
        answer = self.request("POST", _group_path(group_id, "evict"), chosen)
        evicted: list[str] = answer["evicted"]
        return evicted

    def rebalance(self, group_id: str) -> Json:
        """POST /groups/{group}/rebalance."""
        return self.request("POST", _group_path(group_id, "rebalance"))

    def departures(self) -> Json:
        """GET /departures: whether a member whose connection breaks is evicted at once."""
        return self.request("GET", "/departures")

    def set_departures(self, evict: bool) -> Json:
        """PUT /departures: from now on it is, or waits for its session."""
        return self.request("PUT", "/departures", {"evict": evict})

    # -- time -------------------------------------------------------------------------------------

    def clock(self) -> Json:
        """GET /clock: now_ms, frozen, offset_ms, timers."""
        return self.request("GET", "/clock")

    def freeze(self) -> Json:
        """POST /clock/freeze: let the broker's time stand still."""
        return self.request("POST", "/clock/freeze")

    def advance(self, duration: str | None = None, *, ms: int | None = None) -> Json:
        """POST /clock/advance: by "46s", "1h30m", "7d" or so many ms. Answered when what fell due
        is done."""
        body = {"duration": duration, "ms": ms}
        return self.request("POST", "/clock/advance", body, waiting_s=ADVANCE_S)

    def resume(self) -> Json:
        """POST /clock/resume: let it run from where it stands."""
        return self.request("POST", "/clock/resume")

    # -- faults -----------------------------------------------------------------------------------

    def faults(self) -> list[dict[str, Json]]:
        """GET /faults: those in force, with their hits."""
        found: list[dict[str, Json]] = self.request("GET", "/faults")["faults"]
        return found

    def add_fault(
        self,
        effect: str | None = None,
        *,
        name: str | None = None,
        error: str | None = None,
        ms: int | None = None,
        client_id: str | None = None,
        api: str | None = None,
        topic: str | None = None,
        partition: int | None = None,
        group: str | None = None,
        nth: int | None = None,
        probability: float | None = None,
        seed: int = 0,
        count: int | None = None,
    ) -> Json:
        """POST /faults: the rule with its name. With `error` the effect may be left out."""
        body = {
            "name": name,
            "effect": effect,
            "error": error,
            "ms": ms,
            "client_id": client_id,
            "api": api,
            "topic": topic,
            "partition": partition,
            "group": group,
            "nth": nth,
            "probability": probability,
            "seed": seed,
            "count": count,
        }
        return self.request("POST", "/faults", body)

    def remove_fault(self, name: str) -> Json:
        """DELETE /faults/{name}: what it did; `warning` when that was nothing."""
        return self.request("DELETE", f"/faults/{quote(name, safe='')}")

    def clear_faults(self) -> list[dict[str, Json]]:
        """DELETE /faults: what each did."""
        gone: list[dict[str, Json]] = self.request("DELETE", "/faults")["faults"]
        return gone

    # -- what clients said, and what is wrong with them -------------------------------------------

    def requests(
        self,
        *,
        client: str | None = None,
        api: str | None = None,
        topic: str | None = None,
        group: str | None = None,
        error: str | None = None,
        connection: int | None = None,
        since: int | None = None,
        limit: int = 100,
        bodies: bool = True,
    ) -> Json:
        """GET /requests: count, and the newest `limit` requests that match, decoded."""
        query = _filter(client, api, topic, group, error, connection, since)
        return self.request("GET", "/requests", query={**query, "limit": limit, "bodies": bodies})

    def assert_requests(
        self,
        n: int = 1,
        *,
        client: str | None = None,
        api: str | None = None,
        topic: str | None = None,
        group: str | None = None,
        error: str | None = None,
        connection: int | None = None,
        since: int | None = None,
        timeout: float = 0.0,
    ) -> int:
        """GET /requests/assert: how many match. ControlRefused (409) when fewer than `n` do within
        `timeout` seconds."""
        query = _filter(client, api, topic, group, error, connection, since)
        query = {**query, "n": n, "timeout": timeout}
        answer = self.request("GET", "/requests/assert", query=query, waiting_s=timeout)
        return int(answer["count"])

    def requests_pcapng(
        self,
        *,
        client: str | None = None,
        api: str | None = None,
        topic: str | None = None,
        group: str | None = None,
        error: str | None = None,
        connection: int | None = None,
        since: int | None = None,
    ) -> bytes:
        """GET /requests.pcapng: whole connections, for Wireshark."""
        query = _filter(client, api, topic, group, error, connection, since)
        return self.content("GET", "/requests.pcapng", query=query)

    def forget_requests(self) -> int:
        """DELETE /requests: how many there were."""
        return int(self.request("DELETE", "/requests")["count"])

    def doctor(self) -> Json:
        """GET /doctor: mistakes and waits."""
        return self.request("GET", "/doctor")

    # -- the whole state --------------------------------------------------------------------------

    def snapshots(self) -> list[dict[str, Json]]:
        """GET /snapshots: oldest first."""
        found: list[dict[str, Json]] = self.request("GET", "/snapshots")["snapshots"]
        return found

    def take_snapshot(self, name: str) -> Json:
        """POST /snapshots: keep the whole state under a name."""
        return self.request("POST", "/snapshots", {"name": name})

    def restore_snapshot(self, name: str) -> Json:
        """POST /snapshots/{name}/restore: all connections are closed."""
        return self.request("POST", f"/snapshots/{quote(name, safe='')}/restore")

    def remove_snapshot(self, name: str) -> Json:
        """DELETE /snapshots/{name}."""
        return self.request("DELETE", f"/snapshots/{quote(name, safe='')}")

    def namespaces(self) -> list[dict[str, Json]]:
        """GET /namespaces: the brokers beside this one, forks as well; oldest first."""
        found: list[dict[str, Json]] = self.request("GET", "/namespaces")["brokers"]
        return found

    def start_namespace(self, name: str | None = None) -> Json:
        """POST /namespaces: name, bootstrap and control of an empty broker."""
        return self.request("POST", "/namespaces", {"name": name})

    def start_fork(self, name: str | None = None, *, snapshot: str | None = None) -> Json:
        """POST /forks: the same of one with this one's state, as of now or of a snapshot."""
        return self.request("POST", "/forks", {"name": name, "snapshot": snapshot})

    def end_namespace(self, name: str) -> Json:
        """DELETE /namespaces/{name}: a namespace or a fork; its data is gone."""
        return self.request("DELETE", f"/namespaces/{quote(name, safe='')}")

    # -- addresses --------------------------------------------------------------------------------

    def addresses(self) -> Json:
        """GET /addresses: which address clients are told."""
        return self.request("GET", "/addresses")

    def set_addresses(
        self,
        *,
        advertised: Mapping[str, Mapping[str, Json] | None] | None = None,
        forwarded: Mapping[str, Json] | None = KEEP,
    ) -> Json:
        """PUT /addresses: {"host": …, "port": …} by listener, None to tell what was reached;
        `forwarded` is {"port": …}, None to take the hint back."""
        body: dict[str, Json] = {"advertised": dict(advertised or {})}
        if forwarded is not KEEP:
            body["forwarded"] = forwarded
        return self.request("PUT", "/addresses", body)


def _filter(
    client: str | None,
    api: str | None,
    topic: str | None,
    group: str | None,
    error: str | None,
    connection: int | None,
    since: int | None,
) -> dict[str, Json]:
    return {
        "client": client,
        "api": api,
        "topic": topic,
        "group": group,
        "error": error,
        "connection": connection,
        "since": since,
    }


def _group_path(group_id: str, verb: str = "") -> str:
    path = f"/groups/{quote(group_id, safe='')}"
    return f"{path}/{verb}" if verb else path
