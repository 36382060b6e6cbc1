package wirekafka.compat;

import static wirekafka.compat.Kit.topic;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;

/** Kafka Streams: a word count, whose state survives a restart of the application. */
final class Streams {
    // Streams stays in its group when it is closed, unless told otherwise: the next instance would
    // wait for the session to expire.
    private static final CloseOptions LEAVE = CloseOptions.timeout(Duration.ofSeconds(10))
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);

    private Streams() {}

    private static Topology wordCount(String from, String to) {
        StreamsBuilder builder = new StreamsBuilder();
        builder.<String, String>stream(from)
                .flatMapValues(line -> List.of(line.split(" ")))
                .groupBy((key, word) -> word)
                .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts")
                        .withKeySerde(Serdes.String()).withValueSerde(Serdes.Long()))
                .mapValues(count -> Long.toString(count))
                .toStream().to(to, Produced.with(Serdes.String(), Serdes.String()));
        return builder.build();
    }

    private static KafkaStreams started(T t, Topology topology, Map<String, Object> configs,
            Queue<Throwable> errors) {
        Properties properties = new Properties();
        properties.putAll(configs);
        KafkaStreams streams = new KafkaStreams(topology, properties);
        t.cleanup(() -> streams.close(LEAVE));
        // So that what cannot work fails with its reason, and at once.
        streams.setUncaughtExceptionHandler(thrown -> {
            errors.add(thrown);
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        t.step("starting");
        streams.start();
        return streams;
    }

    private static Map<String, Object> configs(T t, Map<String, ?> more) throws Exception {
        Path folder = Files.createTempDirectory("compat-java-streams-");
        t.cleanup(() -> delete(folder));
        Map<String, Object> configs = new HashMap<>();
        configs.put(StreamsConfig.APPLICATION_ID_CONFIG, t.name("streams"));
        configs.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, t.bootstrap);
        configs.put(StreamsConfig.STATE_DIR_CONFIG, folder.toString());
        configs.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "100");
        configs.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        configs.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        configs.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        configs.put(StreamsConfig.mainConsumerPrefix("heartbeat.interval.ms"), "500");
        configs.putAll(more);
        return configs;
    }

    private static void delete(Path folder) throws Exception {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Polls until each word has been counted so often. */
    private static void await(T t, Consumer<String, String> results, Queue<Throwable> errors,
            Map<String, String> wanted) throws Exception {
        Map<String, String> counts = new HashMap<>();
        long[] seen = {0};
        t.eventually(() -> {
            for (ConsumerRecord<String, String> record : results.poll(Kit.POLL)) {
                counts.put(record.key(), record.value());
                seen[0]++;
            }
            t.step("waiting for %s: %s after %d results", wanted, counts, seen[0]);
            t.check(errors.isEmpty(), "%s", errors.peek());
            return counts.entrySet().containsAll(wanted.entrySet());
        });
    }

    private static void countWithRestart(T t, Map<String, ?> more, Map<String, String> reader)
            throws Exception {
        String from = topic(t, 2);
        String to = topic(t, 1);
        Map<String, Object> configs = configs(t, more);
        Topology topology = wordCount(from, to);
        Producer<String, String> producer = Kit.producer(t, Map.of());
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Consumer<String, String> results = Kit.fromStart(t, to, reader);
        KafkaStreams first = started(t, topology, configs, errors);
        producer.send(new ProducerRecord<>(from, 0, null, "a b a"));
        producer.send(new ProducerRecord<>(from, 1, null, "b c"));
        await(t, results, errors, Map.of("a", "2", "b", "2", "c", "1"));
        t.step("stopping");
        t.check(first.close(LEAVE), "it did not stop");
        // The local state goes: the second run restores it from the changelog topic.
        delete(Path.of((String) configs.get(StreamsConfig.STATE_DIR_CONFIG)));
        started(t, topology, configs, errors);
        producer.send(new ProducerRecord<>(from, 0, null, "a c"));
        await(t, results, errors, Map.of("a", "3", "c", "2"));
        checkInternalTopics(t, (String) configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
    }

    private static void checkInternalTopics(T t, String application) {
        var admin = Kit.admin(t);
        var names = t.get(admin.listTopics().names()).stream().filter(name -> name.startsWith(application))
                .toList();
        t.equal("internal topics", names.size(), 2);
        for (String name : names) {
            t.check(name.endsWith("-changelog") || name.endsWith("-repartition"), "%s", name);
        }
    }

    /**
     * A word count goes on after a restart with its state restored (at least once).
     * LIMIT: 60
     */
    static void streamsWordCountAtLeastOnce(T t) throws Exception {
        countWithRestart(t, Map.of(), Map.of());
    }

    /**
     * A word count goes on after a restart with its state restored (exactly once).
     * FEATURE: transactions
     * LIMIT: 40
     */
    static void streamsWordCountExactlyOnce(T t) throws Exception {
        countWithRestart(t, Map.of(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2),
                Map.of("isolation.level", "read_committed"));
    }

    /**
     * A word count as a member of a streams group (KIP-1071) counts the same.
     * FEATURE: streams groups
     * LIMIT: 60
     */
    static void streamsWordCountInStreamsGroup(T t) throws Exception {
        Map<String, Object> more = new HashMap<>();
        more.put("group.protocol", "streams");
        countWithRestart(t, more, Map.of());
    }

    /**
     * Two instances of an application share its tasks, and one takes over when the other stops.
     * LIMIT: 60
     */
    static void streamsTwoInstances(T t) throws Exception {
        String from = topic(t, 2);
        String to = topic(t, 1);
        Topology topology = wordCount(from, to);
        Map<String, Object> one = configs(t, Map.of());
        Map<String, Object> two = configs(t, Map.of(StreamsConfig.APPLICATION_ID_CONFIG,
                one.get(StreamsConfig.APPLICATION_ID_CONFIG)));
        Producer<String, String> producer = Kit.producer(t, Map.of());
        Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
        Consumer<String, String> results = Kit.fromStart(t, to, Map.of());
        KafkaStreams first = started(t, topology, one, errors);
        KafkaStreams second = started(t, topology, two, errors);
        t.step("waiting for both to have tasks");
        t.eventually(() -> tasks(first) > 0 && tasks(second) > 0);
        producer.send(new ProducerRecord<>(from, 0, null, "x y"));
        producer.send(new ProducerRecord<>(from, 1, null, "x z"));
        await(t, results, errors, Map.of("x", "2", "y", "1", "z", "1"));
        t.step("stopping one");
        t.check(first.close(LEAVE), "it did not stop");
        producer.send(new ProducerRecord<>(from, 0, null, "x y z"));
        await(t, results, errors, Map.of("x", "3", "y", "2", "z", "2"));
    }

    private static long tasks(KafkaStreams streams) {
        return streams.metadataForLocalThreads().stream().mapToLong(one -> one.activeTasks().size()).sum();
    }
}
