package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.topic;

import java.util.List;
import java.util.Map;

/** kafka-topics, kafka-configs, kafka-get-offsets, kafka-delete-records, kafka-leader-election. */
final class ToolsTopics {
    private static final String TOPICS = "org.apache.kafka.tools.TopicCommand";
    private static final String CONFIGS = "kafka.admin.ConfigCommand";
    private static final String OFFSETS = "org.apache.kafka.tools.GetOffsetShell";

    private ToolsTopics() {}

    private static void contains(T t, Tool done, String... parts) {
        String text = done.output().replaceAll("[ \t]+", " ");
        for (String part : parts) {
            t.check(text.contains(part), "%s is missing in: %s", part, done.output().strip());
        }
    }

    /** kafka-topics creates, lists, describes, widens and deletes a topic. */
    static void toolTopics(T t) throws Exception {
        String topic = t.name("topic");
        contains(t, Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--create", "--topic", topic,
                "--partitions", "2", "--replication-factor", "1", "--config", "retention.ms=1234"),
                "Created topic " + topic);
        contains(t, Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--list"), topic);
        contains(t, Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--describe", "--topic", topic),
                "PartitionCount: 2", "ReplicationFactor: 1", "retention.ms=1234", "Partition: 1", "Isr: 1",
                "Elr: ", "LastKnownElr: ");
        Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--alter", "--topic", topic,
                "--partitions", "3");
        contains(t, Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--describe", "--topic", topic),
                "PartitionCount: 3");
        Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--delete", "--topic", topic);
        Tool after = Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--list");
        t.check(!after.output().contains(topic), "%s is still there", topic);
    }

    /** kafka-topics says what is wrong: an existing topic, a missing one, fewer partitions. */
    static void toolTopicsErrors(T t) throws Exception {
        String topic = topic(t, 2);
        failsWith(t, "already exists", TOPICS, "--create", "--topic", topic);
        failsWith(t, "does not exist as expected", TOPICS, "--describe", "--topic", topic + "-none");
        failsWith(t, "would not be an increase", TOPICS, "--alter", "--topic", topic, "--partitions", "1");
        failsWith(t, "nvalid", TOPICS, "--create", "--topic", "no name");
        contains(t, Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--create", "--topic", topic,
                "--if-not-exists"), "");
    }

    private static void failsWith(T t, String text, String tool, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = t.bootstrap;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        Tool done = Tool.runWithInput(t, tool, "", all);
        t.check(done.exitCode() != 0, "exit code 0: %s", done.output().strip());
        contains(t, done, text);
    }

    /** kafka-topics lists the topics that are not as they should be: none. */
    static void toolTopicsUnderReplicated(T t) throws Exception {
        topic(t, 1);
        for (String kind : List.of("--under-replicated-partitions", "--unavailable-partitions",
                "--under-min-isr-partitions", "--at-min-isr-partitions")) {
            Tool done = Tool.run(t, TOPICS, "--bootstrap-server", t.bootstrap, "--describe", kind,
                    "--topic", "compat-java-.*");
            t.check(kind.contains("at-min") || !done.output().contains("Topic:"), "%s", done.output());
        }
    }

    /** kafka-configs adds, describes and deletes a config of a topic. */
    static void toolConfigsOfTopic(T t) throws Exception {
        String topic = topic(t, 1);
        String[] entity = {"--bootstrap-server", t.bootstrap, "--entity-type", "topics", "--entity-name", topic};
        contains(t, with(t, CONFIGS, entity, "--alter", "--add-config", "retention.ms=4321,cleanup.policy=[delete,compact]"),
                "Completed updating config for topic " + topic);
        contains(t, with(t, CONFIGS, entity, "--describe"), "retention.ms=4321",
                "cleanup.policy=delete,compact", "DYNAMIC_TOPIC_CONFIG:retention.ms=4321");
        contains(t, with(t, CONFIGS, entity, "--describe", "--all"), "segment.bytes=1073741824");
        with(t, CONFIGS, entity, "--alter", "--delete-config", "retention.ms");
        t.check(!with(t, CONFIGS, entity, "--describe").output().contains("retention.ms=4321"), "not deleted");
    }

    private static Tool with(T t, String tool, String[] first, String... more) throws Exception {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return Tool.run(t, tool, all);
    }

    /** kafka-configs changes and describes configs of one broker and of all. */
    static void toolConfigsOfBroker(T t) throws Exception {
        String id = Integer.toString(t.get(Kit.admin(t).describeCluster().nodes()).iterator().next().id());
        String[] one = {"--bootstrap-server", t.bootstrap, "--entity-type", "brokers", "--entity-name", id};
        String[] all = {"--bootstrap-server", t.bootstrap, "--entity-type", "brokers", "--entity-default"};
        with(t, CONFIGS, one, "--alter", "--add-config", "log.cleaner.threads=2");
        t.eventually(() -> with(t, CONFIGS, one, "--describe").output().contains("log.cleaner.threads=2"));
        with(t, CONFIGS, one, "--alter", "--delete-config", "log.cleaner.threads");
        with(t, CONFIGS, all, "--alter", "--add-config", "background.threads=11");
        t.eventually(() -> with(t, CONFIGS, all, "--describe").output().contains("background.threads=11"));
        with(t, CONFIGS, all, "--alter", "--delete-config", "background.threads");
        contains(t, with(t, CONFIGS, one, "--describe", "--all"), "num.io.threads=8");
    }

    /** kafka-configs changes and describes configs of a group. */
    static void toolConfigsOfGroup(T t) throws Exception {
        String[] group = {"--bootstrap-server", t.bootstrap, "--entity-type", "groups", "--entity-name",
            t.name("group")};
        with(t, CONFIGS, group, "--alter", "--add-config", "consumer.heartbeat.interval.ms=6000");
        t.eventually(() -> with(t, CONFIGS, group, "--describe").output()
                .contains("consumer.heartbeat.interval.ms=6000"));
        with(t, CONFIGS, group, "--alter", "--delete-config", "consumer.heartbeat.interval.ms");
    }

    /**
     * kafka-configs changes and describes the quota of a client.
     * FEATURE: quotas
     */
    static void toolConfigsOfClient(T t) throws Exception {
        String[] client = {"--bootstrap-server", t.bootstrap, "--entity-type", "clients", "--entity-name",
            t.name("client")};
        with(t, CONFIGS, client, "--alter", "--add-config", "producer_byte_rate=1024");
        t.eventually(() -> with(t, CONFIGS, client, "--describe").output().contains("producer_byte_rate=1024"));
        with(t, CONFIGS, client, "--alter", "--delete-config", "producer_byte_rate");
    }

    /**
     * kafka-configs adds and describes a SCRAM credential of a user.
     * FEATURE: security
     */
    static void toolConfigsOfUser(T t) throws Exception {
        String[] user = {"--bootstrap-server", t.bootstrap, "--entity-type", "users", "--entity-name",
            t.name("user")};
        with(t, CONFIGS, user, "--alter", "--add-config", "SCRAM-SHA-256=[iterations=4096,password=x]");
        t.eventually(() -> with(t, CONFIGS, user, "--describe").output()
                .contains("SCRAM-SHA-256=iterations=4096"));
        with(t, CONFIGS, user, "--alter", "--delete-config", "SCRAM-SHA-256");
    }

    /** kafka-configs describes all topics at once. */
    static void toolConfigsOfAllTopics(T t) throws Exception {
        String topic = topic(t, 1, Map.of("retention.ms", "1357"));
        contains(t, Tool.run(t, CONFIGS, "--bootstrap-server", t.bootstrap, "--describe", "--entity-type",
                "topics"), "Dynamic configs for topic " + topic, "retention.ms=1357");
    }

    /** kafka-get-offsets prints the offsets of a topic: latest, earliest, by time, of the largest time. */
    static void toolGetOffsets(T t) throws Exception {
        String topic = topic(t, 2);
        fill(t, topic, 7);
        String[] all = {"--bootstrap-server", t.bootstrap, "--topic", topic};
        t.equal("latest", with(t, OFFSETS, all).lines(), List.of(topic + ":0:7", topic + ":1:0"));
        t.equal("earliest", with(t, OFFSETS, all, "--time", "earliest", "--partitions", "0").lines(),
                List.of(topic + ":0:0"));
        t.equal("since 1970", with(t, OFFSETS, all, "--time", "1000", "--partitions", "0").lines(),
                List.of(topic + ":0:0"));
        t.check(with(t, OFFSETS, all, "--time", "max-timestamp", "--partitions", "0").output()
                .startsWith(topic + ":0:"), "no offset of the largest timestamp");
    }

    /** kafka-delete-records deletes what a file names, and prints the low watermark. */
    static void toolDeleteRecords(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 10);
        String file = Tool.file(t, "{\"version\": 1, \"partitions\": [{\"topic\": \"" + topic
                + "\", \"partition\": 0, \"offset\": 6}]}");
        contains(t, Tool.run(t, "org.apache.kafka.tools.DeleteRecordsCommand", "--bootstrap-server",
                t.bootstrap, "--offset-json-file", file), "partition: " + topic + "-0 low_watermark: 6");
        t.equal("earliest", Tool.run(t, OFFSETS, "--bootstrap-server", t.bootstrap, "--topic", topic,
                "--time", "earliest").lines(), List.of(topic + ":0:6"));
    }

    /** kafka-leader-election finds that the preferred leader leads already. */
    static void toolLeaderElection(T t) throws Exception {
        String topic = topic(t, 1);
        contains(t, Tool.run(t, "org.apache.kafka.tools.LeaderElectionCommand", "--bootstrap-server",
                t.bootstrap, "--election-type", "preferred", "--topic", topic, "--partition", "0"),
                "Valid replica already elected");
    }

    /**
     * kafka-reassign-partitions lists no reassignment.
     * FEATURE: several brokers (ListPartitionReassignments)
     */
    static void toolReassignPartitions(T t) throws Exception {
        contains(t, Tool.run(t, "org.apache.kafka.tools.reassign.ReassignPartitionsCommand",
                "--bootstrap-server", t.bootstrap, "--list"), "No partition reassignments found");
    }
}
