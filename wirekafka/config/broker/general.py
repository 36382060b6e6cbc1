"""Topics by default, policies, client quotas, metrics.

Facts about Apache Kafka 4.3.1; see `property.py` for the columns.
"""

# fmt: off

from __future__ import annotations

from wirekafka.config.property import (
    BOOLEAN,
    CLASS,
    CLUSTER_WIDE,
    HIGH,
    INT,
    LIST,
    LONG,
    LOW,
    MEDIUM,
    READ_ONLY,
    STRING,
    Property,
)

PROPERTIES: tuple[Property, ...] = (
    Property(
        "alter.config.policy.class.name", CLASS, None, None, LOW, READ_ONLY,
        "Java class that may refuse changes of configs.",
    ),
    Property(
        "auto.create.topics.enable", BOOLEAN, "true", None, HIGH, READ_ONLY,
        "Create a topic when a client asks for the metadata of one that does not exist.",
        acted_on=True,
    ),
    Property(
        "background.threads", INT, "10", "[1,...]", HIGH, CLUSTER_WIDE,
        "Threads for housekeeping.",
    ),
    Property(
        "client.quota.callback.class", CLASS, None, None, LOW, READ_ONLY,
        "Java class that computes client quotas.",
    ),
    Property(
        "config.providers", LIST, "", "", LOW, CLUSTER_WIDE,
        "Names of providers that fill in placeholders in configs.",
    ),
    Property(
        "create.topic.policy.class.name", CLASS, None, None, LOW, READ_ONLY,
        "Java class that may refuse new topics.",
    ),
    Property(
        "delete.topic.enable", BOOLEAN, "true", None, HIGH, READ_ONLY,
        "Allow topics to be deleted.", acted_on=True,
    ),
    Property(
        "kafka.metrics.polling.interval.secs", INT, "10", "[1,...]", LOW, READ_ONLY,
        "How often the old metrics reporters are called.",
    ),
    Property(
        "kafka.metrics.reporters", LIST, "", "", LOW, READ_ONLY,
        "Java classes of the old metrics reporters.",
    ),
    Property(
        "metric.reporters", LIST, "org.apache.kafka.common.metrics.JmxReporter", "", LOW,
        CLUSTER_WIDE, "Java classes that receive metrics.",
    ),
    Property(
        "metrics.num.samples", INT, "2", "[1,...]", LOW, READ_ONLY, "Samples kept per metric.",
    ),
    Property(
        "metrics.recording.level", STRING, "INFO", None, LOW, READ_ONLY,
        "Highest level of metrics that is recorded.",
    ),
    Property(
        "metrics.sample.window.ms", LONG, "30000", "[1,...]", LOW, READ_ONLY,
        "Length of a metric's sample.",
    ),
    Property(
        "num.partitions", INT, "1", "[1,...]", MEDIUM, READ_ONLY,
        "Partitions of a topic whose creator does not say.", acted_on=True,
    ),
    Property(
        "quota.window.num", INT, "11", "[1,...]", LOW, READ_ONLY,
        "Number of samples kept for client quotas.", acted_on=True,
    ),
    Property(
        "quota.window.size.seconds", INT, "1", "[1,...]", LOW, READ_ONLY,
        "Length of each of those samples.", acted_on=True,
    ),
    Property(
        "telemetry.max.bytes", INT, "1048576", "[1,...]", LOW, READ_ONLY,
        "Most bytes of metrics that a client may push at once.",
    ),
)
