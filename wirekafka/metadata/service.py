"""One broker's part in the cluster: its registration, its image, and the controller when it is it.

Three things run here, all on the broker's loop:

- a watch that keeps `image` current and tells the listeners, which start and stop partitions;
- the office of controller: whoever writes the `controller` key holds it, in a new controller
  epoch. Each of its transactions is guarded by the revision of `controller_epoch`; when that guard
  fails the office is lost at once. A lock lets one plan at a time through, and a plan is answered
  when the image contains it, so the next decision sees it, and so that what is acknowledged is
  already served here;
- blocks of producer ids, which every broker takes for itself.

A transaction whose answer was lost is never sent again blindly: the image is taken anew, and
because the controller alone writes these keys, a key that holds our value was written by us.

Not here yet: forwarding requests to a controller elsewhere (they are answered NOT_CONTROLLER), and
registering again after the session was lost (`run` ends with SessionLost).
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata import keys
from wirekafka.metadata.client_quota_changes import QuotaAlteration
from wirekafka.metadata.client_quotas import ClientQuotaEntity
from wirekafka.metadata.config_changes import ConfigChange
from wirekafka.metadata.controller import Controller, TopicPartition
from wirekafka.metadata.elections import ElectionType
from wirekafka.metadata.engine import (
    Ambiguous,
    Compacted,
    Delete,
    Guard,
    MetadataEngine,
    Op,
    Put,
    Session,
    Unavailable,
)
from wirekafka.metadata.founding import ClusterIdentity, ClusterMismatch, found_cluster
from wirekafka.metadata.image import BrokerImage, Endpoint, ImageDelta, MetadataImage
from wirekafka.metadata.keys import ConfigResource
from wirekafka.metadata.model import encode_broker, encode_json
from wirekafka.metadata.plan import Charge, Plan, free_of_charge, transactions
from wirekafka.metadata.producer_id_blocks import allocate_block
from wirekafka.metadata.scram_credentials import Deletion, Upsertion
from wirekafka.metadata.topics import CreatedTopic, NewPartitions, NewTopic, TopicSettings

logger = logging.getLogger(__name__)

SESSION_TTL_SECONDS = 9.0
"""Kafka's broker.session.timeout.ms."""

Listener = Callable[[MetadataImage, ImageDelta], None]
Result = TypeVar("Result")
_Condition = Callable[[MetadataImage], bool]


class SessionLost(Exception):
    """The engine ended this broker's session: it is no longer a member of the cluster."""


class MetadataService:
    """See the module's docstring. `start`, then `run` as a task that somebody awaits, `stop`."""

    def __init__(
        self, engine: MetadataEngine, settings: TopicSettings, broker: BrokerImage
    ) -> None:
        self.image = MetadataImage()
        self.broker_id = broker.broker_id
        self._engine = engine
        self._settings = settings
        self._broker = broker
        self._listeners: list[Listener] = []
        self._session: Session | None = None
        self._controller: Controller | None = None
        self._office = asyncio.Lock()
        self._news = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._settled: Mapping[int, BrokerImage] | None = None
        self._waiters: list[tuple[_Condition, asyncio.Future[None]]] = []

    @property
    def is_controller(self) -> bool:
        """Whether this broker holds the office."""
        return self._controller is not None

    def add_listener(self, listener: Listener) -> None:
        """Call `listener(image, delta)` for every change from now on, in order, on this loop."""
        self._listeners.append(listener)

    async def start(
        self, fresh: ClusterIdentity, *, expected_cluster_id: str | None = None
    ) -> None:
        """Join the cluster, make it if there is none, and stand for controller.

        Returns when the controller has taken note of this broker, so its partitions have their
        new leader epochs, and it is registered as running. Raises ClusterMismatch, Unavailable.
        """
        await found_cluster(self._engine, fresh, expected_cluster_id)
        self.image = MetadataImage.from_snapshot(await self._engine.snapshot(b""))
        self._watching = asyncio.create_task(self._watch(), name="metadata-watch")
        self._session = await self._engine.session(SESSION_TTL_SECONDS)
        await self._register("starting")
        await self._do_duties()
        incarnation = self._broker.incarnation
        await self._image_where(lambda i: i.registrations.get(self.broker_id) == incarnation)
        await self._register("running")
        logger.info(
            "joined cluster cluster_id=%s broker_id=%d broker_epoch=%d controller=%s topics=%d",
            self.image.cluster_id,
            self.broker_id,
            self.image.brokers[self.broker_id].epoch,
            self.image.controller_id,
            len(self.image.topics),
        )

    async def run(self) -> None:
        """Do the controller's duties as they arise, until cancelled.

        Raises what ended the watch, or SessionLost.
        """
        assert self._session is not None, "not started"
        assert self._watching is not None, "not started"
        lost = asyncio.create_task(self._session.lost.wait())
        news = asyncio.create_task(self._news.wait())
        try:
            while True:
                await asyncio.wait({news, lost, self._watching}, return_when="FIRST_COMPLETED")
                if self._watching.done():
                    self._watching.result()
                if lost.done():
                    raise SessionLost(f"broker {self.broker_id} is no longer registered")
                await self._do_duties()
                news = asyncio.create_task(self._news.wait())
        finally:
            lost.cancel()
            news.cancel()

    async def stop(self) -> None:
        """Leave the cluster: the registration and the office, if held, vanish at once."""
        self._controller = None
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        if self._session is not None:
            try:
                await self._session.revoke()
            except (Ambiguous, Unavailable) as error:
                # The rest of the broker must still stop cleanly; the session ends by itself.
                logger.warning("registration not withdrawn error=%s", error)

    async def create_topics(
        self,
        topics: Sequence[NewTopic],
        *,
        validate_only: bool = False,
        charge: Charge = free_of_charge,
    ) -> list[CreatedTopic | ApiError]:
        """One outcome per topic; returns when every listener knows the created ones.

        Raises ApiError (NOT_CONTROLLER, REQUEST_TIMED_OUT) for the request as a whole, as do all
        requests here.
        """
        return await self._request(
            lambda c: c.create_topics(self.image, topics, charge), validate_only
        )

    async def create_partitions(
        self,
        topics: Sequence[NewPartitions],
        *,
        validate_only: bool = False,
        charge: Charge = free_of_charge,
    ) -> list[ApiError | None]:
        """One outcome per topic, None when it is good."""
        return await self._request(
            lambda c: c.create_partitions(self.image, topics, charge), validate_only
        )

    async def delete_topics(
        self, topic_ids: Sequence[bytes], *, charge: Charge = free_of_charge
    ) -> list[ApiError | None]:
        """One outcome per topic, None when it is good."""
        return await self._request(lambda c: c.delete_topics(self.image, topic_ids, charge))

    async def alter_client_quotas(
        self,
        alterations: Sequence[QuotaAlteration],
        is_address: Callable[[str], bool],
        *,
        validate_only: bool = False,
    ) -> dict[ClientQuotaEntity, ApiError | None]:
        """One outcome per entity, None when it is good."""
        return await self._request(
            lambda c: c.alter_client_quotas(self.image, alterations, is_address), validate_only
        )

    async def alter_scram_credentials(
        self, deletions: Sequence[Deletion], upsertions: Sequence[Upsertion]
    ) -> dict[str, ApiError | None]:
        """One outcome per user, None when it is good."""
        return await self._request(
            lambda c: c.alter_scram_credentials(self.image, deletions, upsertions)
        )

    async def incremental_alter_configs(
        self,
        changes: Sequence[tuple[ConfigResource, Sequence[ConfigChange]]],
        *,
        validate_only: bool = False,
    ) -> list[ApiError | None]:
        """One outcome per resource, None when it is good."""
        await asyncio.sleep(0)  # to read thousands of changes took a while, and so will the plan
        return await self._request(
            lambda c: c.incremental_alter_configs(self.image, changes), validate_only
        )

    async def alter_configs(
        self,
        changes: Sequence[tuple[ConfigResource, Mapping[str, str]]],
        *,
        validate_only: bool = False,
    ) -> list[ApiError | None]:
        """One outcome per resource, None when it is good."""
        await asyncio.sleep(0)  # to read thousands of changes took a while, and so will the plan
        return await self._request(lambda c: c.alter_configs(self.image, changes), validate_only)

    async def elect_leaders(
        self, election: ElectionType, partitions: Iterable[TopicPartition] | None
    ) -> list[tuple[TopicPartition, ApiError | None]]:
        """Partitions and outcomes, in order; for None all that need an election."""
        return await self._request(lambda c: c.elect_leaders(self.image, election, partitions))

    async def ask_controller(
        self,
        decide: Callable[[Controller, MetadataImage], Plan[Result]],
        *,
        validate_only: bool = False,
    ) -> Result:
        """Have a plan made and carried out: for what one API alone asks of the controller."""
        return await self._request(lambda c: decide(c, self.image), validate_only)

    async def allocate_producer_id_block(self) -> tuple[int, int]:
        """The first id and the size of a block that is now this broker's. Raises Unavailable."""
        return await allocate_block(self._engine, self.broker_id)

    async def _request(
        self, decide: Callable[[Controller], Plan[Result]], validate_only: bool = False
    ) -> Result:
        async with self._office:
            if self._controller is None:
                raise ApiError(ErrorCode.NOT_CONTROLLER, "This server is not the controller.")
            plan = decide(self._controller)
            if not validate_only:
                await self._carry_out(plan)
            return plan.result

    async def _carry_out(self, plan: Plan[Result]) -> None:
        """Write a plan and wait until the image contains it. Raises ApiError."""
        guard = Guard.mod_rev(keys.CONTROLLER_EPOCH, self.image.controller_epoch_rev)
        revision = 0
        try:
            try:
                for guards, ops in transactions(plan.steps, guard):
                    revision = await self._txn(guards, ops)
                    await asyncio.sleep(0)  # a long plan must not keep clients from their answers
            finally:
                await self._image_at(revision)  # the next plan must see what this one wrote
        except Unavailable as error:
            raise ApiError(ErrorCode.REQUEST_TIMED_OUT, str(error)) from error

    async def _txn(self, guards: list[Guard], ops: list[Op]) -> int:
        """One of the controller's transactions; its revision. Raises ApiError, Unavailable."""
        try:
            result = await self._engine.txn(guards, ops)
        except Ambiguous:
            snapshot = await self._engine.snapshot(b"")
            if all(_is_done(op, snapshot.items) for op in ops):
                return snapshot.revision
            # It may still be on its way. In the next term of office its guard will fail.
            self._resign()
            raise Unavailable("a transaction's fate is unknown") from None
        if not result.ok:
            self._resign()
            raise ApiError(ErrorCode.NOT_CONTROLLER, "This server is no longer the controller.")
        return result.revision

    async def _do_duties(self) -> None:
        """Stand for controller if nobody is, and settle the brokers if they changed."""
        self._news.clear()
        if self._controller is None and self.image.controller_id == self.broker_id:
            await self._vacate()
        if self.image.controller_id is None:
            await self._stand_for_controller()
        try:
            async with self._office:
                if self._controller is not None and self._settled is not self.image.brokers:
                    self._settled = self.image.brokers
                    await self._carry_out(self._controller.settle_brokers(self.image))
        except ApiError:
            if self._controller is not None:
                raise  # the engine fails us, and nobody else holds the office

    def _resign(self) -> None:
        logger.info("lost the office of controller broker_id=%d", self.broker_id)
        self._controller = None
        self._news.set()

    async def _vacate(self) -> None:
        """Give back the office of a term that has ended, so that a new one can begin."""
        item = (await self._engine.snapshot(keys.CONTROLLER)).items.get(keys.CONTROLLER)
        if item is not None and json.loads(item.value)["broker_id"] == self.broker_id:
            guard = Guard.mod_rev(keys.CONTROLLER, item.mod_rev)
            result = await self._engine.txn([guard], [Delete(keys.CONTROLLER)])
            await self._image_at(result.revision)

    async def _stand_for_controller(self) -> None:
        epoch = self.image.controller_epoch + 1
        previous = self.image.controller_epoch_rev
        guards = [
            Guard.absent(keys.CONTROLLER),
            Guard.mod_rev(keys.CONTROLLER_EPOCH, previous)
            if previous
            else Guard.absent(keys.CONTROLLER_EPOCH),
        ]
        ops = [
            Put(keys.CONTROLLER, encode_json({"broker_id": self.broker_id}), self._session),
            Put(keys.CONTROLLER_EPOCH, encode_json(epoch)),
        ]
        try:
            result = await self._engine.txn(guards, ops)
        except Ambiguous:
            self._news.set()  # the watch will tell; an office that nobody fills is vacated
            return
        await self._image_at(result.revision)
        if not result.ok:
            return
        logger.info("elected controller broker_id=%d controller_epoch=%d", self.broker_id, epoch)
        async with self._office:
            self._controller = Controller(self._settings, epoch)
            self._settled = None
            await self._carry_out(self._controller.take_office(self.image))

    async def _register(self, state: str) -> None:
        """Write our own registration: created the first time, changed by us alone afterwards."""
        self._broker = replace(self._broker, state=state)
        key = keys.broker(self.broker_id)
        present = self.image.brokers.get(self.broker_id)
        guard = Guard.absent(key)
        if present is not None and present.incarnation == self._broker.incarnation:
            guard = Guard.create_rev(key, present.epoch)
        put = Put(key, encode_broker(self._broker), self._session)
        result = await self._engine.txn([guard], [put])
        if not result.ok:
            raise ClusterMismatch(f"another broker is registered with id {self.broker_id}")
        await self._image_at(result.revision)

    async def update_endpoints(self, endpoints: Sequence[Endpoint]) -> None:
        """Tell the cluster where this broker is reached from now on."""
        self._broker = replace(self._broker, endpoints=tuple(endpoints))
        await self._register(self._broker.state)

    async def _watch(self) -> None:
        """Apply every batch; after a gap, take a snapshot and compare."""
        while True:
            try:
                async for batch in self._engine.watch(b"", self.image.revision + 1):
                    self._publish(*self.image.apply(batch))
            except Compacted:
                self._publish(*self.image.resync(await self._engine.snapshot(b"")))

    def _publish(self, image: MetadataImage, delta: ImageDelta) -> None:
        self.image = image
        if delta:
            for listener in self._listeners:
                try:
                    listener(image, delta)
                except Exception:  # as Kafka: what is stored already must not end the broker
                    logger.exception(
                        "a change of the metadata is not wholly in force revision=%d",
                        image.revision,
                    )
        self._release()
        if delta.brokers or delta.controller_changed:
            self._news.set()

    async def _image_at(self, revision: int) -> None:
        """Wait until the image is as new as `revision`. Raises Unavailable when the watch ended."""
        await self._image_where(lambda image: image.revision >= revision)

    async def _image_where(self, condition: _Condition) -> None:
        if condition(self.image):
            return
        if self._watching is None or self._watching.done():
            raise Unavailable("the metadata watch has ended")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append((condition, waiter))
        await asyncio.wait({waiter, self._watching}, return_when="FIRST_COMPLETED")
        if not condition(self.image):
            raise Unavailable("the metadata watch has ended")

    def _release(self) -> None:
        """Wake those whose condition the image has come to fulfil."""
        waiters, self._waiters = self._waiters, []
        for condition, waiter in waiters:
            if not condition(self.image):
                self._waiters.append((condition, waiter))
            elif not waiter.done():
                waiter.set_result(None)


def _is_done(op: Op, items: Mapping[bytes, object]) -> bool:
    item = items.get(op.key)
    if isinstance(op, Put):
        return getattr(item, "value", None) == op.value
    return item is None
