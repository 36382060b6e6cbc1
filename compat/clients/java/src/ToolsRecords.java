package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** Console producers and consumers, perf tools, and those that Kafka's own system tests use. */
final class ToolsRecords {
    private static final String CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer";
    private static final String PRODUCER = "org.apache.kafka.tools.ConsoleProducer";
    private static final String WAIT_MS = "15000"; // a limit that is not reached when all goes well

    private ToolsRecords() {}

    private static Tool consume(T t, String... more) throws Exception {
        String[] first = {"--bootstrap-server", t.bootstrap, "--timeout-ms", WAIT_MS};
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return Tool.run(t, CONSUMER, all);
    }

    /** What a console consumer printed, without its advertisement of the new group protocol. */
    private static List<String> printed(Tool done, int count) {
        List<String> lines = done.lines().stream().filter(line -> !line.contains("KIP-848")).toList();
        return lines.subList(0, Math.min(count, lines.size()));
    }

    /** What kafka-console-producer reads, kafka-console-consumer prints: keys, headers, timestamps. */
    static void toolConsoleProducerAndConsumer(T t) throws Exception {
        String topic = topic(t, 1);
        Tool sent = Tool.runWithInput(t, PRODUCER, "h1:v1\tk1\tone\nh2:v2\tk2\ttwo\n", "--bootstrap-server",
                t.bootstrap, "--topic", topic, "--reader-property", "parse.key=true", "--reader-property",
                "parse.headers=true", "--compression-codec", "zstd");
        t.equal("exit code", sent.exitCode(), 0);
        Tool found = consume(t, "--topic", topic, "--from-beginning", "--max-messages", "2",
                "--formatter-property", "print.key=true", "--formatter-property", "print.headers=true",
                "--formatter-property", "print.offset=true", "--formatter-property", "print.partition=true");
        List<String> lines = printed(found, 2);
        t.equal("lines", lines.size(), 2);
        t.equal("first line", lines.get(0), "Partition:0\tOffset:0\th1:v1\tk1\tone");
        t.equal("second line", lines.get(1), "Partition:0\tOffset:1\th2:v2\tk2\ttwo");
        t.check(found.output().contains("Processed a total of 2 messages"), "%s", found.output());
    }

    /** kafka-console-consumer begins at an offset of a partition, and in a group where that stopped. */
    static void toolConsoleConsumerOffsets(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 5);
        t.equal("at offset 3", printed(consume(t, "--topic", topic, "--partition", "0", "--offset", "3",
                "--max-messages", "2"), 2), List.of("3", "4"));
        String group = t.name("group");
        t.equal("first of the group", printed(consume(t, "--topic", topic, "--group", group,
                "--from-beginning", "--max-messages", "2"), 2), List.of("0", "1"));
        t.equal("next of the group", printed(consume(t, "--topic", topic, "--group", group,
                "--max-messages", "2"), 2), List.of("2", "3"));
    }

    /** kafka-console-consumer reads all topics of a pattern. */
    static void toolConsoleConsumerInclude(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 2);
        t.equal("lines", printed(consume(t, "--include", topic.substring(0, topic.length() - 1) + ".",
                "--from-beginning", "--max-messages", "2"), 2), List.of("0", "1"));
    }

    /** The formatter of offsets decodes the group records of __consumer_offsets. */
    static void toolConsoleConsumerOfOffsetsTopic(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        var consumer = Kit.fromStart(t, topic, Map.of("group.id", group));
        t.step("committing");
        consumer.commitSync(Map.of(zero(topic), new OffsetAndMetadata(17, "note")));
        int partitions = consumer.partitionsFor("__consumer_offsets").size();
        int partition = Math.abs(group.hashCode()) % partitions;
        Tool found = Tool.run(t, CONSUMER, "--bootstrap-server", t.bootstrap, "--topic", "__consumer_offsets",
                "--partition", Integer.toString(partition), "--offset", "earliest", "--timeout-ms", "2000",
                "--formatter", "org.apache.kafka.tools.consumer.OffsetsMessageFormatter");
        t.check(found.lines().stream().anyMatch(line -> line.contains("\"group\":\"" + group + "\"")
                && line.contains("\"offset\":17") && line.contains("\"metadata\":\"note\"")),
                "the commit is not among: %s", found.output());
    }

    /**
     * kafka-console-share-consumer prints records of a share group.
     * FEATURE: share groups
     */
    static void toolConsoleShareConsumer(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("share");
        Tool.run(t, "kafka.admin.ConfigCommand", "--bootstrap-server", t.bootstrap, "--alter", "--entity-type",
                "groups", "--entity-name", group, "--add-config", "share.auto.offset.reset=earliest");
        fill(t, topic, 2);
        t.equal("lines", printed(Tool.run(t, "org.apache.kafka.tools.consumer.ConsoleShareConsumer",
                "--bootstrap-server", t.bootstrap, "--topic", topic, "--group", group, "--max-messages", "2",
                "--timeout-ms", WAIT_MS), 2), List.of("0", "1"));
    }

    /** kafka-producer-perf-test sends its records and prints rates and latencies. */
    static void toolProducerPerfTest(T t) throws Exception {
        String topic = topic(t, 2);
        Tool done = Tool.run(t, "org.apache.kafka.tools.ProducerPerformance", "--bootstrap-server",
                t.bootstrap, "--topic", topic, "--num-records", "5000", "--record-size", "100", "--throughput",
                "-1", "--command-property", "acks=all");
        t.check(done.output().contains("5000 records sent") && done.output().contains("99.9th"), "%s",
                done.output());
    }

    /** kafka-consumer-perf-test reads its records and prints rates. */
    static void toolConsumerPerfTest(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 2000);
        Tool done = Tool.run(t, "org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server",
                t.bootstrap, "--topic", topic, "--num-records", "2000", "--timeout", WAIT_MS);
        List<String> lines = done.lines();
        t.check(lines.get(0).startsWith("start.time"), "%s", done.output());
        t.check(lines.get(lines.size() - 1).contains(", 2000, "), "%s", done.output());
    }

    /** kafka-e2e-latency sends and reads back record by record. */
    static void toolE2eLatency(T t) throws Exception {
        String topic = topic(t, 1);
        Tool done = Tool.run(t, "org.apache.kafka.tools.EndToEndLatency", "--bootstrap-server", t.bootstrap,
                "--topic", topic, "--num-records", "20", "--producer-acks", "all", "--record-size", "100");
        t.check(done.output().contains("Avg latency"), "%s", done.output());
    }

    /** kafka-verifiable-producer gets an acknowledgement for each record. */
    static void toolVerifiableProducer(T t) throws Exception {
        String topic = topic(t, 1);
        Tool done = Tool.runApart(t, "org.apache.kafka.tools.VerifiableProducer", "--bootstrap-server",
                t.bootstrap, "--topic", topic, "--max-messages", "10");
        long acknowledged = done.lines().stream().filter(line -> line.contains("producer_send_success")).count();
        t.equal("acknowledgements", acknowledged, 10L);
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, Kit.fromStart(t, topic, Map.of()), 10);
        t.equal("last value", found.get(9).value(), "9");
    }

    /** kafka-verifiable-consumer joins a group, consumes and commits. */
    static void toolVerifiableConsumer(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 10);
        Tool done = Tool.run(t, "org.apache.kafka.tools.VerifiableConsumer", "--bootstrap-server", t.bootstrap,
                "--topic", topic, "--group-id", group, "--max-messages", "10", "--reset-policy", "earliest");
        t.check(done.output().contains("\"name\":\"partitions_assigned\""), "%s", done.output());
        t.check(done.output().contains("\"name\":\"offsets_committed\""), "%s", done.output());
    }
}
