package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Tools that look at the cluster: versions, features, quorum, log directories, transactions, ACLs. */
final class ToolsCluster {
    private ToolsCluster() {}

    private static Tool tool(T t, String name, String... arguments) throws Exception {
        String[] all = Arrays.copyOf(new String[] {"--bootstrap-server", t.bootstrap}, arguments.length + 2);
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Tool.run(t, "org.apache.kafka.tools." + name, all);
    }

    private static void contains(T t, Tool done, String... parts) {
        String text = done.output().replaceAll("[ \t]+", " ");
        for (String part : parts) {
            t.check(text.contains(part), "%s is missing in: %s", part, done.output().strip());
        }
    }

    /** kafka-broker-api-versions prints the versions of each API, usable by this client. */
    static void toolBrokerApiVersions(T t) throws Exception {
        Tool done = tool(t, "BrokerApiVersionsCommand");
        contains(t, done, t.bootstrap + " (id: ", "Produce(0): 0 to 13 [usable: 13]",
                "Fetch(1): 4 to 18 [usable: 18]", "JoinGroup(11): 0 to 9 [usable: 9]");
    }

    /** kafka-cluster prints the cluster id and the endpoints. */
    static void toolCluster(T t) throws Exception {
        String cluster = "org.apache.kafka.tools.ClusterTool";
        contains(t, Tool.run(t, cluster, "cluster-id", "--bootstrap-server", t.bootstrap), "Cluster ID: ");
        contains(t, Tool.run(t, cluster, "list-endpoints", "--bootstrap-server", t.bootstrap), "127.0.0.1");
    }

    /** kafka-features describes the features and the levels they are at. */
    static void toolFeatures(T t) throws Exception {
        contains(t, tool(t, "FeatureCommand", "describe"), "Feature: metadata.version", "FinalizedVersionLevel");
    }

    /**
     * kafka-metadata-quorum describes the leader, the voters and their lag.
     * FEATURE: admin API DescribeQuorum
     */
    static void toolMetadataQuorum(T t) throws Exception {
        contains(t, tool(t, "MetadataQuorumCommand", "describe", "--status"), "LeaderId:", "CurrentVoters:");
        contains(t, tool(t, "MetadataQuorumCommand", "describe", "--replication"), "Leader");
    }

    /**
     * kafka-log-dirs prints the sizes of a topic's partitions.
     * FEATURE: admin API DescribeLogDirs
     */
    static void toolLogDirs(T t) throws Exception {
        String topic = topic(t, 2);
        fill(t, topic, 5);
        contains(t, tool(t, "LogDirsCommand", "--describe", "--topic-list", topic),
                "\"partition\":\"" + topic + "-0\"", "\"error\":null");
    }

    /**
     * kafka-dump-log prints the batches and records of a partition's segment, and checks its index.
     * FEATURE: admin API DescribeLogDirs
     *
     * <p>It needs the broker's files: where they are is in COMPAT_DATA_DIR, or the broker says it.
     */
    static void toolDumpLog(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = Kit.producer(t, Map.of("batch.size", "1"));
        fill(t, producer, topic, 5);
        // Several batches over index.interval.bytes, so that there is an entry in the index.
        for (int i = 0; i < 20; i++) {
            producer.send(new ProducerRecord<>(topic, "x".repeat(1000)));
        }
        producer.flush();
        Path partition = Path.of(logDir(t, topic)).resolve(topic + "-0");
        t.check(Files.isDirectory(partition), "%s is no directory", partition);
        Tool done = Tool.run(t, "org.apache.kafka.tools.DumpLogSegments", "--print-data-log", "--files",
                partition.resolve("00000000000000000000.log").toString());
        contains(t, done, "baseOffset: 0", "isvalid: true", "payload: 4", "offset: 4 ");
        Tool index = Tool.run(t, "org.apache.kafka.tools.DumpLogSegments", "--index-sanity-check", "--files",
                partition.resolve("00000000000000000000.index").toString());
        contains(t, index, "passed sanity check");
    }

    private static String logDir(T t, String topic) {
        String told = System.getenv("COMPAT_DATA_DIR");
        if (told != null) {
            return told;
        }
        t.step("asking for the log directories");
        var admin = Kit.admin(t);
        int id = t.get(admin.describeCluster().nodes()).iterator().next().id();
        for (Map.Entry<String, org.apache.kafka.clients.admin.LogDirDescription> dir
                : t.get(admin.describeLogDirs(List.of(id)).allDescriptions()).get(id).entrySet()) {
            if (dir.getValue().replicaInfos().containsKey(zero(topic))) {
                return dir.getKey();
            }
        }
        throw new IllegalStateException("no log directory has " + topic);
    }

    /**
     * kafka-transactions lists and describes an open transaction, and finds none that hangs.
     * FEATURE: transactions
     */
    static void toolTransactions(T t) throws Exception {
        String topic = topic(t, 1);
        String id = t.name("tx");
        Producer<String, String> producer = Kit.producer(t, Map.of("transactional.id", id));
        t.step("beginning");
        producer.initTransactions();
        producer.beginTransaction();
        fill(t, producer, topic, 1);
        contains(t, tool(t, "TransactionsCommand", "list"), id, "Ongoing");
        contains(t, tool(t, "TransactionsCommand", "describe", "--transactional-id", id), "Ongoing",
                topic + "-0");
        contains(t, tool(t, "TransactionsCommand", "describe-producers", "--topic", topic, "--partition", "0"),
                "ProducerId");
        tool(t, "TransactionsCommand", "find-hanging", "--topic", topic, "--partition", "0");
        producer.abortTransaction();
    }

    /**
     * kafka-acls says that there is no authorizer.
     * FEATURE: security
     */
    static void toolAcls(T t) throws Exception {
        Tool done = Tool.runWithInput(t, "org.apache.kafka.tools.AclCommand", "", "--bootstrap-server",
                t.bootstrap, "--list");
        contains(t, done, "No Authorizer is configured");
    }

    /**
     * kafka-delegation-tokens says that tokens are not supported here.
     * FEATURE: security
     */
    static void toolDelegationTokens(T t) throws Exception {
        Tool done = Tool.runWithInput(t, "org.apache.kafka.tools.DelegationTokenCommand", "",
                "--bootstrap-server", t.bootstrap, "--describe", "--command-config", Tool.file(t, ""));
        t.check(done.exitCode() != 0, "exit code 0");
        contains(t, done, "Delegation Token requests are not allowed");
    }

    /**
     * kafka-client-metrics lists no subscription.
     * FEATURE: admin API ListConfigResources
     */
    static void toolClientMetrics(T t) throws Exception {
        tool(t, "ClientMetricsCommand", "--list");
    }

    /** kafka-streams-application-reset resets the input offsets of an application without members. */
    static void toolStreamsApplicationReset(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        String application = t.name("streams");
        contains(t, tool(t, "StreamsResetter", "--application-id", application, "--input-topics", topic),
                "Reset-offsets for input topics [" + topic + "]");
    }
}
