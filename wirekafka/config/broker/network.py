"""Listeners, sockets, connections, and the limits of requests.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    CLUSTER_WIDE,
    HIGH,
    INT,
    LIST,
    LONG,
    LOW,
    MEDIUM,
    PER_BROKER,
    READ_ONLY,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "advertised.listeners", LIST, None, "", HIGH, READ_ONLY,
        "Addresses that clients are told; unset: the address which each connection reached.",
        acted_on=True,
    ),
    Property(
        "connection.failed.authentication.delay.ms", INT, "100", "[0,...]", LOW, READ_ONLY,
        "How long the answer to a failed login is held back, against guessing.",
    ),
    Property(
        "connections.max.idle.ms", LONG, "600000", None, MEDIUM, READ_ONLY,
        "A connection without a request for this long is closed.", acted_on=True,
    ),
    Property(
        "delete.records.purgatory.purge.interval.requests", INT, "1", None, MEDIUM, READ_ONLY,
        "Waiting DeleteRecords requests between two clean-ups of the waiting list.",
    ),
    Property(
        "fetch.max.bytes", INT, "57671680", "[1024,...]", MEDIUM, READ_ONLY,
        "Most bytes of one answer to a fetch; a first batch that is larger is still returned.",
        acted_on=True,
    ),
    Property(
        "fetch.purgatory.purge.interval.requests", INT, "1000", None, MEDIUM, READ_ONLY,
        "Waiting fetches between two clean-ups of the waiting list.",
    ),
    Property(
        "inter.broker.listener.name", STRING, None, None, MEDIUM, READ_ONLY,
        "Listener by which brokers talk to each other.", acted_on=True,
    ),
    Property(
        "listener.security.protocol.map", STRING,
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", None, LOW,
        PER_BROKER, "Security protocol of each listener name; here it changes by a restart only.",
        acted_on=True,
    ),
    Property(
        "listeners", LIST, "PLAINTEXT://:9092", "", HIGH, PER_BROKER,
        "Addresses to listen on, NAME://host:port; port 0: a free one; restart to change.",
        acted_on=True,
    ),
    Property(
        "max.connection.creation.rate", INT, "2147483647", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Most new connections per second.", acted_on=True,
    ),
    Property(
        "max.connections", INT, "2147483647", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Most connections of the broker at once.", acted_on=True,
    ),
    Property(
        "max.connections.per.ip", INT, "2147483647", "[0,...]", MEDIUM, CLUSTER_WIDE,
        "Most connections from one address.", acted_on=True,
    ),
    Property(
        "max.connections.per.ip.overrides", STRING, "", None, MEDIUM, CLUSTER_WIDE,
        "Other limits for single addresses, host:number.", acted_on=True,
    ),
    Property(
        "max.incremental.fetch.session.cache.slots", INT, "1000", "[0,...]", MEDIUM, READ_ONLY,
        "Most incremental fetch sessions kept at once.", acted_on=True,
    ),
    Property(
        "max.request.partition.size.limit", INT, "2000", "[1,...]", MEDIUM, READ_ONLY,
        "Most partitions of one DescribeTopicPartitions answer.", acted_on=True,
    ),
    Property(
        "num.io.threads", INT, "8", "[1,...]", HIGH, CLUSTER_WIDE,
        "Threads that process requests.",
    ),
    Property(
        "num.network.threads", INT, "3", "[1,...]", HIGH, CLUSTER_WIDE,
        "Threads that read and write sockets.",
    ),
    Property(
        "producer.purgatory.purge.interval.requests", INT, "1000", None, MEDIUM, READ_ONLY,
        "Waiting produce requests between two clean-ups of the waiting list.",
    ),
    Property(
        "queued.max.request.bytes", LONG, "-1", None, MEDIUM, READ_ONLY,
        "Most bytes of requests that wait; -1: no limit.",
    ),
    Property(
        "queued.max.requests", INT, "500", "[1,...]", HIGH, READ_ONLY,
        "Most requests that wait before sockets are no longer read.",
    ),
    Property(
        "request.timeout.ms", INT, "30000", None, HIGH, READ_ONLY,
        "Longest wait of this broker's own requests for an answer.",
    ),
    Property(
        "share.fetch.purgatory.purge.interval.requests", INT, "1000", None, MEDIUM, READ_ONLY,
        "Waiting share fetches between two clean-ups of the waiting list.",
    ),
    Property(
        "socket.connection.setup.timeout.max.ms", LONG, "30000", None, MEDIUM, READ_ONLY,
        "Longest wait for a connection between brokers.",
    ),
    Property(
        "socket.connection.setup.timeout.ms", LONG, "10000", None, MEDIUM, READ_ONLY,
        "First wait for a connection between brokers.",
    ),
    Property(
        "socket.listen.backlog.size", INT, "50", "[1,...]", MEDIUM, READ_ONLY,
        "Connections that the system holds until the broker accepts them.", acted_on=True,
    ),
    Property(
        "socket.receive.buffer.bytes", INT, "102400", None, HIGH, READ_ONLY,
        "Receive buffer of a connection; -1: the system sizes it as data flows, which is faster.",
        acted_on=True,
    ),
    Property(
        "socket.request.max.bytes", INT, "104857600", "[1,...]", HIGH, READ_ONLY,
        "Largest request; a larger one closes the connection.", acted_on=True,
    ),
    Property(
        "socket.send.buffer.bytes", INT, "102400", None, HIGH, READ_ONLY,
        "Send buffer of a connection; -1: the system sizes it as data flows, which is faster.",
        acted_on=True,
    ),
)
