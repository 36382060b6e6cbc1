"""What client properties say to the producer of the measuring commands.

Source: names and defaults of `ProducerConfig` in 4.3.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wirekafka_protocol.records.compression import Compression

from wirekafka.cli.output import CommandError

PROPERTIES = frozenset(
    {
        "acks", "batch.size", "buffer.memory", "compression.type", "delivery.timeout.ms",
        "enable.idempotence", "key.serializer", "linger.ms",
        "max.block.ms", "max.in.flight.requests.per.connection", "max.request.size",
        "metadata.max.age.ms", "retries", "retry.backoff.ms", "send.buffer.bytes",
        "transaction.timeout.ms", "transactional.id", "value.serializer",
    }
)  # fmt: skip
"""The producer properties that are understood; values are bytes, so serializers do nothing."""


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """What the properties say, with Java's defaults."""

    acks: int = -1
    batch_bytes: int = 16_384
    buffer_bytes: int = 33_554_432
    compression: int = Compression.NONE
    delivery_timeout_s: float = 120.0
    is_idempotent: bool = True
    linger_s: float = 0.005
    max_block_s: float = 60.0
    metadata_age_s: float = 300.0
    most_in_flight: int = 5
    request_bytes: int = 1_048_576
    request_timeout_s: float = 30.0
    retries: int = 2_147_483_647
    retry_backoff_s: float = 0.1
    transaction_timeout_ms: int = 60_000
    transactional_id: str | None = None

    @staticmethod
    def of(properties: Mapping[str, str]) -> ProducerSettings:
        """Settings of client properties; raises CommandError for values that are none."""

        def number(name: str, default: int) -> int:
            text = properties.get(name, str(default)).strip()
            if not text.lstrip("-").isdecimal():
                raise CommandError(f"client property {name}: {text!r} is no number")
            return int(text)

        codec = properties.get("compression.type", "none").strip().upper()
        if codec not in Compression.__members__:
            raise CommandError(f"client property compression.type: {codec.lower()} is no codec")
        all_acks = properties.get("acks", "all").strip()
        acks = -1 if all_acks == "all" else number("acks", -1)
        retries = number("retries", 2_147_483_647)
        transactional_id = properties.get("transactional.id")
        wished = properties.get("enable.idempotence", "true").strip().lower() == "true"
        return ProducerSettings(
            acks=acks,
            batch_bytes=number("batch.size", 16_384),
            buffer_bytes=number("buffer.memory", 33_554_432),
            compression=Compression[codec],
            delivery_timeout_s=number("delivery.timeout.ms", 120_000) / 1000,
            # As in Java: fewer acknowledgements or no retries turn it off.
            is_idempotent=wished and acks == -1 and retries > 0,
            linger_s=number("linger.ms", 5) / 1000,
            max_block_s=number("max.block.ms", 60_000) / 1000,
            metadata_age_s=number("metadata.max.age.ms", 300_000) / 1000,
            most_in_flight=number("max.in.flight.requests.per.connection", 5),
            request_bytes=number("max.request.size", 1_048_576),
            request_timeout_s=number("request.timeout.ms", 30_000) / 1000,
            retries=retries,
            retry_backoff_s=number("retry.backoff.ms", 100) / 1000,
            transaction_timeout_ms=number("transaction.timeout.ms", 60_000),
            transactional_id=transactional_id,
        )
