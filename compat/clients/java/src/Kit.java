package wirekafka.compat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients and topics that are closed and deleted after the scenario, and what is done with them. */
final class Kit {
    /** How long a poll waits that is expected to find nothing. */
    static final Duration SHORT = Duration.ofMillis(300);

    static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final Duration DELETE_LIMIT = Duration.ofSeconds(3);

    private Kit() {}

    static Map<String, Object> configs(T t, Map<String, ?> more) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("bootstrap.servers", t.bootstrap);
        configs.put("reconnect.backoff.max.ms", "200");
        configs.put("retry.backoff.ms", "50");
        configs.putAll(more);
        return configs;
    }

    static Admin admin(T t) {
        Admin admin = Admin.create(configs(t, Map.of()));
        t.cleanup(() -> admin.close(Duration.ZERO));
        return admin;
    }

    static Producer<String, String> producer(T t, Map<String, ?> more) {
        Map<String, Object> configs = configs(t, more);
        configs.putIfAbsent("linger.ms", "0");
        Producer<String, String> producer =
                new KafkaProducer<>(configs, new StringSerializer(), new StringSerializer());
        t.cleanup(() -> producer.close(CLOSE_LIMIT));
        return producer;
    }

    static Consumer<String, String> consumer(T t, Map<String, ?> more) {
        Map<String, Object> configs = configs(t, Map.of());
        configs.put("auto.offset.reset", "earliest");
        configs.put("enable.auto.commit", "false");
        configs.put("allow.auto.create.topics", "false");
        // Kafka refuses nothing here; a rebalance is noticed by the next heartbeat.
        if (!"consumer".equals(more.get("group.protocol"))) {
            configs.put("heartbeat.interval.ms", "200");
        }
        configs.putAll(more);
        Consumer<String, String> consumer =
                new KafkaConsumer<>(configs, new StringDeserializer(), new StringDeserializer());
        t.cleanup(() -> consumer.close(CloseOptions.timeout(CLOSE_LIMIT)));
        return consumer;
    }

    /** A consumer of partition 0 of the topic, from its beginning. */
    static Consumer<String, String> fromStart(T t, String topic, Map<String, ?> more) {
        Consumer<String, String> consumer = consumer(t, more);
        consumer.assign(List.of(zero(topic)));
        return consumer;
    }

    static String topic(T t, int partitions) {
        return topic(t, partitions, Map.of());
    }

    static String topic(T t, int partitions, Map<String, String> configs) {
        String topic = t.name("topic");
        Admin admin = admin(t);
        t.step("creating the topic");
        NewTopic wanted = new NewTopic(topic, partitions, (short) 1).configs(configs);
        t.get(admin.createTopics(Set.of(wanted)).all());
        // The real Kafka says so before the partitions have their leader, and clients stumble.
        awaitLeaders(t, admin, topic, partitions);
        t.cleanup(() -> admin.deleteTopics(Set.of(topic)).all()
                .get(DELETE_LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        return topic;
    }

    static void awaitLeaders(T t, Admin admin, String topic, int partitions) {
        try {
            t.eventually(() -> {
                try {
                    var offsets = new HashMap<TopicPartition, org.apache.kafka.clients.admin.OffsetSpec>();
                    for (int i = 0; i < partitions; i++) {
                        offsets.put(new TopicPartition(topic, i),
                                org.apache.kafka.clients.admin.OffsetSpec.latest());
                    }
                    return t.get(admin.listOffsets(offsets).all()).size() == partitions;
                } catch (org.apache.kafka.common.errors.RetriableException notYet) {
                    return false;
                }
            });
        } catch (RuntimeException thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    static TopicPartition zero(String topic) {
        return new TopicPartition(topic, 0);
    }

    static RecordMetadata send(T t, Producer<String, String> producer, ProducerRecord<String, String> record)
            throws Exception {
        return producer.send(record).get(Math.max(1, t.millisLeft()), TimeUnit.MILLISECONDS);
    }

    /** Sends the values "0", "1", … to partition 0 and waits for all of them. */
    static void fill(T t, String topic, int count) throws Exception {
        t.step("producing %d records", count);
        fill(t, producer(t, Map.of("linger.ms", "20")), topic, count);
    }

    static void fill(T t, Producer<String, String> producer, String topic, int count) throws Exception {
        var sent = new ArrayList<java.util.concurrent.Future<RecordMetadata>>();
        for (int i = 0; i < count; i++) {
            sent.add(producer.send(new ProducerRecord<>(topic, 0, null, Integer.toString(i))));
        }
        for (var one : sent) {
            one.get(Math.max(1, t.millisLeft()), TimeUnit.MILLISECONDS);
        }
    }

    /** Polls until there are count records; more than that is a failure. */
    static List<ConsumerRecord<String, String>> poll(T t, Consumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        while (found.size() < count) {
            t.check(t.millisLeft() > 0, "%d of %d records came", found.size(), count);
            consumer.poll(POLL).forEach(found::add);
        }
        t.equal("number of records", found.size(), count);
        return found;
    }

    /** Fails when a record comes. */
    static void pollNothing(T t, Consumer<String, String> consumer) {
        long end = System.nanoTime() + SHORT.toNanos();
        while (System.nanoTime() < end) {
            for (ConsumerRecord<String, String> record : consumer.poll(SHORT)) {
                t.fail("unexpected record at offset %d: %s", record.offset(), record.value());
            }
        }
    }

    static String values(Collection<ConsumerRecord<String, String>> records) {
        return records.stream().map(ConsumerRecord::value).collect(Collectors.joining(" "));
    }

    /** Polls all of them until they have so many partitions each, in any order. */
    static void share(T t, Collection<Consumer<String, String>> members, List<Integer> sizes)
            throws Exception {
        t.eventually(() -> {
            List<Integer> found = new ArrayList<>();
            Set<TopicPartition> all = new java.util.HashSet<>();
            for (Consumer<String, String> member : members) {
                member.poll(Duration.ofMillis(50));
                found.add(member.assignment().size());
                all.addAll(member.assignment());
            }
            int sum = found.stream().mapToInt(Integer::intValue).sum();
            found.sort(null);
            return found.equals(sizes) && all.size() == sum;
        });
    }
}
