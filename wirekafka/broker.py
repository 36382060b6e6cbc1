"""The broker: builds every part from config, clock and directories, starts and stops them.

This is the composition root; nothing here decides anything about Kafka. Start, in this order:
bind the listeners (a taken port must fail first), lock and recover the log directories, open the
metadata engine and join the cluster, serve the partitions of the image, load the coordinators,
then accept connections: the first connect that succeeds finds a broker that answers.

Stop is the reverse: refuse connections, close those that are open, let go of the groups, leave the
cluster, flush and mark the directories as cleanly closed.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from wirekafka_protocol.errors import ApiError, ErrorCode
from wirekafka_storage.errors import DirectoryError, LockError, StorageError
from wirekafka_storage.files import Disk, UnsyncedDisk
from wirekafka_storage.log_directory import known_cluster_id
from wirekafka_storage.log_manager import LogManager

from wirekafka.apis.deferred import Deferred
from wirekafka.apis.dispatch import Dispatcher
from wirekafka.apis.produce_path import ProducePath
from wirekafka.clock import Clock
from wirekafka.config.layers import ConfigLayers
from wirekafka.config.listeners import Listener as ConfiguredListener
from wirekafka.config.parse import Settings
from wirekafka.config.property import ConfigError
from wirekafka.config.views import BrokerConfig, broker_config
from wirekafka.config_warnings import ConfigWarnings
from wirekafka.coordinator.producer_ids import ProducerIds
from wirekafka.coordinators import Coordinators, GroupCoordinators, TransactionCoordinators
from wirekafka.features import FRESH_LEVELS
from wirekafka.final_sync import sync_logs
from wirekafka.first_contents import make_first_contents
from wirekafka.housekeeping import Housekeeping
from wirekafka.instrument.pending_reset import PendingReset
from wirekafka.log_moves import LogMoves
from wirekafka.logger_levels import LoggerLevels
from wirekafka.metadata.engine import Ambiguous, Unavailable
from wirekafka.metadata.founding import ClusterIdentity, ClusterMismatch
from wirekafka.metadata.image import (
    BrokerImage,
    Endpoint,
    ImageDelta,
    MetadataImage,
)
from wirekafka.metadata.keys import ConfigResourceType
from wirekafka.metadata.local import METADATA_FILE, LocalEngine
from wirekafka.metadata.service import MetadataService, SessionLost
from wirekafka.metadata.stored_configs import StoredConfigRules
from wirekafka.metadata.topics import TopicSettings
from wirekafka.network.server import Server
from wirekafka.observe.observer import Observer
from wirekafka.partition.fetch_sessions import FetchSessions
from wirekafka.partition.partitions import Partitions
from wirekafka.random_ids import random_uuid, random_uuid_text
from wirekafka.served_topics import ServedTopics, topic_configs_now
from wirekafka.siblings import Siblings
from wirekafka.state_exchange import finish_exchange
from wirekafka.steerable_clock import SteerableClock
from wirekafka.strays import set_strays_aside
from wirekafka.throttling import Throttling
from wirekafka.transaction_markers import TransactionMarkers
from wirekafka.workers import ThreadWorkers, Workers

logger = logging.getLogger("wirekafka")


class StartError(Exception):
    """The broker cannot start; the text says why and what to do."""


class Broker:
    """One broker. `start`, then it serves until `stop`. Several may run in one process."""

    def __init__(
        self, settings: Settings, *, ephemeral: bool = False, clock: Clock | None = None
    ) -> None:
        self.settings = settings
        self.is_ephemeral = ephemeral
        self._admin_tasks: set[asyncio.Task[None]] = set()
        self._clock = clock
        self.layers: ConfigLayers = settings.layers
        self.config: BrokerConfig = broker_config(settings.layers)
        self.node_id = self.config.node_id
        self.clock: Clock
        self.server: Server
        self.log_manager: LogManager
        self.partitions: Partitions
        self.metadata: MetadataService
        self.groups: GroupCoordinators
        self.transactions: TransactionCoordinators
        self.transaction_markers: TransactionMarkers
        self.producer_ids: ProducerIds
        self.fetch_sessions: FetchSessions
        self.log_moves: LogMoves
        self.throttling: Throttling
        self.produce_path: ProducePath
        self.workers: Workers = ThreadWorkers()
        self.logger_levels = LoggerLevels()
        self.dispatcher = Dispatcher(self)
        self.siblings = Siblings(self)
        self.addresses: list[tuple[str, int]] = []
        self.failed = asyncio.Event()
        """Set when the broker cannot go on by itself and must be stopped."""
        self._coordinators: Coordinators | None = None
        self._topics: ServedTopics | None = None
        self._cluster_id = ""
        self._engine: LocalEngine | None = None
        self.housekeeping: Housekeeping | None = None
        self._metadata_run: asyncio.Task[None] | None = None

    # -- what API modules ask -------------------------------------------------------------------

    @property
    def image(self) -> MetadataImage:
        """The cluster's metadata as of now."""
        return self.metadata.image

    @property
    def metadata_revision(self) -> int:
        """Grows with every change of metadata."""
        return self.metadata.image.revision

    @property
    def cluster_id(self) -> str:
        """The cluster's id in Kafka's text form."""
        assert self.metadata.image.cluster_id is not None
        return self.metadata.image.cluster_id

    def run_admin(self, work: Coroutine[Any, Any, Any]) -> Deferred:
        """Run a handler that must await something; its result or ApiError is the answer."""
        later = Deferred()

        async def answer() -> None:
            try:
                later.resolve(await work)
            except ApiError as error:
                later.resolve(error)
            except Unavailable as error:
                later.resolve(ApiError(ErrorCode.REQUEST_TIMED_OUT, str(error)))
            except Exception as error:
                later.resolve(error)

        task = asyncio.create_task(answer())
        self._admin_tasks.add(task)
        task.add_done_callback(self._admin_tasks.discard)
        return later

    # -- what the network asks ------------------------------------------------------------------

    def commit(self) -> bool:
        """Write what Produce staged in this wake-up; False when a disk refused."""
        return self.partitions.commit_last()

    def _all_directories_failed(self) -> None:
        logger.error("no log directory is left; the broker stops")
        self.failed.set()

    def wake(self) -> None:
        """Wake who waits for what was committed."""
        self.partitions.wake()

    def wake_soon(self) -> None:
        """As `wake`, in a moment: for those who are called back."""
        self.clock.call_at(self.clock.monotonic(), self.wake)

    # -- start ----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Returns when clients can connect. Raises StartError; then nothing is left behind."""
        try:
            await self._start()
        except (LockError, DirectoryError, StorageError, ClusterMismatch, Unavailable) as error:
            await self._abandon()
            raise StartError(str(error)) from error
        except BaseException:
            await self._abandon()
            raise

    async def _start(self) -> None:
        self.clock = self._clock or SteerableClock()
        config = self.config
        self.server = Server(
            backend=self,
            max_request_bytes=config.socket_request_max_bytes,
            max_idle_ms=config.connections_max_idle_ms,
            backlog=config.socket_listen_backlog_size,
            send_buffer_bytes=config.socket_send_buffer_bytes,
            receive_buffer_bytes=config.socket_receive_buffer_bytes,
            clock=self.clock,
        )
        self.server.forward(self.settings.advertised_port)
        self.observer = Observer(self)
        for listener in config.listeners:
            self._bind(listener)
        await self._open()
        if not self.is_ephemeral:
            self.siblings.snapshots.open()
            await PendingReset(self).finish()
        await make_first_contents(self)
        await self.server.accept()

    async def _open(self) -> None:
        """Open the directories and serve what is in them."""
        config = self.config
        self._lock_directories()
        self._engine = LocalEngine(
            Path(config.log_dirs[0]) / METADATA_FILE,
            synchronous="OFF" if self.is_ephemeral else "FULL",
        )
        self.metadata = MetadataService(self._engine, self._topic_settings(), self._registration())
        await self.metadata.start(
            ClusterIdentity(self._cluster_id, FRESH_LEVELS), expected_cluster_id=self._cluster_id
        )
        self._follow_configs(self.image)
        self._load_logs()
        self._start_coordinators()
        assert self._coordinators is not None
        self._topics = ServedTopics(self, self._coordinators)
        self._topics.start(self.image)
        self.metadata.add_listener(self._on_metadata)
        warnings = ConfigWarnings()
        warnings.start(self.image)
        self.metadata.add_listener(warnings.follow)
        self.throttling = Throttling(self)
        self.metadata.add_listener(self.throttling.follow)
        await self.throttling.start()
        self._metadata_run = asyncio.create_task(self.metadata.run(), name="metadata")
        self._metadata_run.add_done_callback(self._metadata_ended)
        self.housekeeping = Housekeeping(self)
        self.housekeeping.start()
        self.log_moves.resume()

    def _bind(self, listener: ConfiguredListener) -> None:
        advertised = self.config.advertised_listeners.get(listener.name)
        address = (advertised.host, advertised.port) if advertised else None
        try:
            bound = self.server.bind(listener.name, listener.host, listener.port, address)
        except OSError as error:
            raise StartError(
                f"cannot listen on {listener.host or 'all addresses'} port {listener.port}: "
                f"{error.strerror or error}"
            ) from error
        host, port = bound.address
        self.addresses.append(("localhost" if host == "0.0.0.0" else host, port))

    def _lock_directories(self) -> None:
        """Take the log directories; the cluster id is theirs, the configured one, or a new one."""
        directories = self.config.log_dirs
        finish_exchange(directories)
        known = known_cluster_id(directories, Disk())
        self._cluster_id = known or self.settings.cluster_id or random_uuid_text()
        self.log_manager = LogManager.lock(
            directories,
            cluster_id=self._cluster_id,
            node_id=self.node_id,
            now_ms=self.clock.now_ms(),
            files=UnsyncedDisk() if self.is_ephemeral else None,
        )
        if directories[0] not in self.log_manager.directories:
            # The metadata lives there; the other directories could serve nothing without it.
            raise StartError(self.log_manager.offline[directories[0]])

    def _load_logs(self) -> None:
        topics, configs_of = self.image.topics, topic_configs_now(self)
        self.log_manager.load(
            lambda name: configs_of(topics[name].configs if name in topics else {}).log,
            self.clock.now_ms(),
        )
        pending = PendingReset(self)
        set_strays_aside(self.log_manager, self.image, pending, self.clock.now_ms())
        self.log_moves = LogMoves(self)
        self.partitions = Partitions(self.log_manager, self.clock.now_ms)
        self.partitions.all_failed = self._all_directories_failed
        self.fetch_sessions = FetchSessions(
            self.config.max_incremental_fetch_session_cache_slots,
            lambda: random.randint(1, 2**31 - 1),
        )
        self.produce_path = ProducePath(self.partitions, self.clock)
        self.producer_ids = ProducerIds(self.metadata.allocate_producer_id_block)

    def _start_coordinators(self) -> None:
        self._coordinators = Coordinators(
            self.config,
            self.clock,
            self.partitions,
            next_producer_id=self.producer_ids.next_in_block,
            image=lambda: self.image,
            wake_soon=self.wake_soon,
        )
        self.groups = self._coordinators.groups
        self.transactions = self._coordinators.transactions
        self.transaction_markers = self._coordinators.markers

    def _topic_settings(self) -> TopicSettings:
        return TopicSettings(
            rules=StoredConfigRules(lambda: self.layers),
            new_topic_id=random_uuid,
            num_partitions=self.config.num_partitions,
            default_replication_factor=self.config.default_replication_factor,
            random_index=random.randrange,
        )

    def _registration(self) -> BrokerImage:
        endpoints = []
        for listener in self.server.listeners:
            host, port = listener.advertised or listener.address
            endpoints.append(Endpoint(listener.name, host, port))
        return BrokerImage(
            broker_id=self.node_id,
            epoch=-1,
            incarnation=secrets.token_hex(16),
            endpoints=tuple(endpoints),
            rack=self.config.broker_rack,
        )

    # -- following the metadata -----------------------------------------------------------------

    def _on_metadata(self, image: MetadataImage, delta: ImageDelta) -> None:
        if delta.configs:
            self._follow_configs(image)
        assert self._topics is not None
        self._topics.follow(image, delta)
        if any(kind is ConfigResourceType.BROKER for kind, _ in delta.configs):
            if self.housekeeping is not None:
                self.housekeeping.follow_configs()
            self.log_moves.follow_configs()
        assert self._coordinators is not None
        self._coordinators.metadata_changed(delta, self.config)
        if delta.deleted or delta.changed:
            self.partitions.wake()

    def _follow_configs(self, image: MetadataImage) -> None:
        """Lay the dynamic broker configs over the static ones."""
        layers = ConfigLayers(
            self.settings.layers.static,
            image.configs_of(ConfigResourceType.BROKER, ""),
            image.configs_of(ConfigResourceType.BROKER, str(self.node_id)),
        )
        try:
            self.config = broker_config(layers)
        except ConfigError as error:  # possible where brokers differ in their static configs
            logger.error("dynamic configs not followed error=%s", error)
            return
        self.layers = layers
        self.log_manager.cordoned = self.config.cordoned_log_dirs

    def _metadata_ended(self, task: asyncio.Task[None]) -> None:
        """Without news of the metadata this broker would serve yesterday's cluster."""
        if task.cancelled():
            return
        error = task.exception()
        is_bug = not isinstance(error, Ambiguous | SessionLost | Unavailable)
        logger.error(
            "metadata lost; the broker stops: %s", error, exc_info=error if is_bug else None
        )
        self.failed.set()

    # -- stop -----------------------------------------------------------------------------------

    async def stop(self) -> None:
        """A clean stop: what was acknowledged is on disk and the next start need not recover."""
        await self.siblings.close()
        await self._stop_serving()
        await self._leave_cluster()
        if not self.is_ephemeral:
            await asyncio.to_thread(sync_logs, self.log_manager)
        self.log_manager.close(clean=not self.is_ephemeral, broker_epoch=self._broker_epoch())
        logger.info("stopped broker_id=%d", self.node_id)

    async def reload(self, change: Callable[[], None]) -> None:
        """Close all connections, let `change` work on the closed directories, serve what is there.

        Who connects meanwhile waits. When this raises, the broker must be stopped.
        """
        self.server.pause_accepting()
        await self.server.close()
        await self._stop_working()
        await self._leave_cluster()
        self.log_manager.close(clean=False)
        self.config = broker_config(self.settings.layers)
        self.dispatcher.quotas = None
        await asyncio.to_thread(change)
        await self._open()
        await self.server.accept()

    async def _stop_serving(self) -> None:
        """Close connections and disarm every timer, so that nothing is written any more."""
        if hasattr(self, "server"):
            self.server.stop_accepting()
            await self.server.close()
            self.observer.close()
        if hasattr(self, "throttling"):
            self.throttling.close()
        self.workers.close()
        self.logger_levels.restore()
        await self._stop_working()

    @property
    def engine(self) -> LocalEngine:
        """Where the metadata is kept."""
        assert self._engine is not None
        return self._engine

    async def _stop_working(self) -> None:
        for task in list(self._admin_tasks):
            task.cancel()
        if self._coordinators is not None:
            self._coordinators.close()
        if self.housekeeping is not None:
            await self.housekeeping.stop()
        if hasattr(self, "log_moves"):
            await self.log_moves.stop()

    def _broker_epoch(self) -> int:
        registered = self.image.brokers.get(self.node_id)
        return registered.epoch if registered is not None else -1

    async def _leave_cluster(self) -> None:
        if self._metadata_run is not None:
            self._metadata_run.cancel()
            await asyncio.wait({self._metadata_run})
        if hasattr(self, "metadata"):
            await self.metadata.stop()
        if self._engine is not None:
            self._engine.close()

    async def _abandon(self) -> None:
        """Undo a start that failed half way."""
        await self._stop_serving()
        await self._leave_cluster()
        if hasattr(self, "log_manager"):
            self.log_manager.close(clean=False)
