"""A reset that was begun is done to the end, through a kill of the process, too.

A reset is many changes, one after the other: groups go, then transactions, then topics, a hundred
in each transaction of the metadata. What is to be reset is written down before the first of them,
in the first log directory; a start that finds it there does it again, before any client can
connect. To reset twice is to reset once.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from wirekafka_protocol.errors import ApiError

from wirekafka.metadata.model import INTERNAL_TOPICS

if TYPE_CHECKING:
    from wirekafka.broker import Broker
    from wirekafka.instrument.reset import ResetScope

logger = logging.getLogger("wirekafka.instrument")

_FILE = ".reset"


class PendingReset:
    """What is written down of it; nothing where the data go with the process."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._path = Path(broker.config.log_dirs[0]) / _FILE

    def note(self, scope: ResetScope, prefix: str) -> None:
        """It begins."""
        if not self._broker.is_ephemeral:
            new = self._path.with_name(f"{_FILE}.new")
            new.write_text(json.dumps({"scope": scope.value, "prefix": prefix}))
            new.rename(self._path)

    def forget(self) -> None:
        """It is done, or was refused."""
        self._path.unlink(missing_ok=True)

    def deletes(self, topic: str) -> bool:
        """Whether a topic of this name is deleted by the reset that was interrupted."""
        noted = self._noted()
        if noted is None or noted["scope"] == "groups":
            return False
        is_everything = noted["scope"] == "all" and not noted["prefix"]
        if topic in INTERNAL_TOPICS:
            return is_everything
        return topic.startswith(noted["prefix"])

    async def finish(self) -> None:
        """At a start: do what is written down, if anything is."""
        noted = self._noted()
        if noted is None:
            return
        from wirekafka.instrument.reset import ResetScope, reset  # not at every start

        logger.info("finishing an interrupted reset scope=%(scope)s prefix=%(prefix)r", noted)
        try:
            await reset(self._broker, ResetScope(noted["scope"]), noted["prefix"])
        except ApiError as error:
            logger.error("the interrupted reset was not finished: %s", error)

    def _noted(self) -> dict[str, str] | None:
        try:
            noted: dict[str, str] = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return None
        return noted
