package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.fromStart;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.producer;
import static wirekafka.compat.Kit.send;
import static wirekafka.compat.Kit.topic;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/** KafkaProducer: what is sent comes back, and what cannot be stored is refused with the right error. */
final class Produce {
    private Produce() {}

    private static void roundTrip(T t, String compression) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer =
                producer(t, Map.of("compression.type", compression, "linger.ms", "50"));
        String value = "compressible ".repeat(200);
        t.step("producing");
        for (int i = 0; i < 20; i++) {
            producer.send(new ProducerRecord<>(topic, Integer.toString(i), value));
        }
        producer.flush();
        t.step("consuming");
        int at = 0;
        for (ConsumerRecord<String, String> record : poll(t, fromStart(t, topic, Map.of()), 20)) {
            t.equal("offset", record.offset(), (long) at);
            t.equal("key", record.key(), Integer.toString(at++));
            t.equal("value", record.value(), value);
        }
    }

    /** Uncompressed records come back with their keys, values and offsets. */
    static void produceUncompressed(T t) throws Exception {
        roundTrip(t, "none");
    }

    /** A gzip batch comes back with its keys, values and offsets. */
    static void produceGzip(T t) throws Exception {
        roundTrip(t, "gzip");
    }

    /** A snappy batch comes back with its keys, values and offsets. */
    static void produceSnappy(T t) throws Exception {
        roundTrip(t, "snappy");
    }

    /** An lz4 batch comes back with its keys, values and offsets. */
    static void produceLz4(T t) throws Exception {
        roundTrip(t, "lz4");
    }

    /** A zstd batch comes back with its keys, values and offsets. */
    static void produceZstd(T t) throws Exception {
        roundTrip(t, "zstd");
    }

    /** Records of a topic with compression.type=gzip come back whole, whatever the producer used. */
    static void produceToTopicThatRecompresses(T t) throws Exception {
        String topic = topic(t, 1, Map.of("compression.type", "gzip"));
        t.step("producing with lz4");
        fill(t, producer(t, Map.of("compression.type", "lz4", "linger.ms", "20")), topic, 10);
        t.step("consuming");
        t.equal("values", Kit.values(poll(t, fromStart(t, topic, Map.of()), 10)), "0 1 2 3 4 5 6 7 8 9");
    }

    /** Null and empty are different, for keys and for values. */
    static void produceNullKeyAndValue(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        t.step("producing");
        send(t, producer, new ProducerRecord<>(topic, null, ""));
        send(t, producer, new ProducerRecord<>(topic, "", null));
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, fromStart(t, topic, Map.of()), 2);
        t.check(found.get(0).key() == null && "".equals(found.get(0).value()), "%s", found.get(0));
        t.check("".equals(found.get(1).key()) && found.get(1).value() == null, "%s", found.get(1));
    }

    /** Headers keep their order, repeated keys and null values. */
    static void produceHeaders(T t) throws Exception {
        String topic = topic(t, 1);
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, "x");
        record.headers().add("a", "1".getBytes(StandardCharsets.UTF_8)).add("a", new byte[0])
                .add("null", null).add("\u00fc", new byte[] {0, -1});
        t.step("producing");
        send(t, producer(t, Map.of()), record);
        t.step("consuming");
        Header[] found = poll(t, fromStart(t, topic, Map.of()), 1).get(0).headers().toArray();
        t.check(Arrays.equals(found, record.headers().toArray()), "headers are %s", Arrays.toString(found));
    }

    /** The producer's timestamps come back, also those that are not in order. */
    static void produceTimestamps(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("linger.ms", "20"));
        long now = System.currentTimeMillis();
        long[] times = {now, now - 3_600_000, now + 1000};
        t.step("producing");
        for (long time : times) {
            producer.send(new ProducerRecord<>(topic, 0, time, null, "x"));
        }
        producer.flush();
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, fromStart(t, topic, Map.of()), 3);
        for (int i = 0; i < times.length; i++) {
            t.equal("timestamp", found.get(i).timestamp(), times[i]);
            t.equal("timestamp type", found.get(i).timestampType(), TimestampType.CREATE_TIME);
        }
    }

    /** With message.timestamp.type=LogAppendTime the broker's time replaces the producer's. */
    static void produceLogAppendTime(T t) throws Exception {
        String topic = topic(t, 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long now = System.currentTimeMillis();
        t.step("producing");
        RecordMetadata sent = send(t, producer(t, Map.of()),
                new ProducerRecord<>(topic, 0, now - 3_600_000, null, "x"));
        t.check(Math.abs(sent.timestamp() - now) < 60_000, "acknowledged time is %d", sent.timestamp());
        t.step("consuming");
        ConsumerRecord<String, String> record = poll(t, fromStart(t, topic, Map.of()), 1).get(0);
        t.equal("timestamp", record.timestamp(), sent.timestamp());
        t.equal("timestamp type", record.timestampType(), TimestampType.LOG_APPEND_TIME);
    }

    /** With acks=0 nothing is answered and the records are there all the same. */
    static void produceAcksZero(T t) throws Exception {
        String topic = topic(t, 1);
        t.step("producing");
        fill(t, producer(t, Map.of("acks", "0", "enable.idempotence", "false")), topic, 5);
        t.step("consuming");
        t.equal("values", Kit.values(poll(t, fromStart(t, topic, Map.of()), 5)), "0 1 2 3 4");
    }

    /** With acks=1 each record gets its offset. */
    static void produceAcksOne(T t) throws Exception {
        eachGetsItsOffset(t, Map.of("acks", "1", "enable.idempotence", "false"));
    }

    /** An idempotent producer's records get consecutive offsets. */
    static void produceIdempotent(T t) throws Exception {
        eachGetsItsOffset(t, Map.of("enable.idempotence", "true"));
    }

    private static void eachGetsItsOffset(T t, Map<String, ?> configs) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, configs);
        for (int i = 0; i < 10; i++) {
            t.step("producing record %d", i);
            t.equal("offset", send(t, producer, new ProducerRecord<>(topic, "x")).offset(), (long) i);
        }
    }

    /** Five thousand records in many small idempotent batches in flight arrive once and in order. */
    static void produceManyBatches(T t) throws Exception {
        String topic = topic(t, 1);
        t.step("producing");
        fill(t, producer(t, Map.of("batch.size", "512")), topic, 5000);
        t.step("consuming");
        int at = 0;
        for (ConsumerRecord<String, String> record : poll(t, fromStart(t, topic, Map.of()), 5000)) {
            t.equal("value", record.value(), Integer.toString(at++));
        }
    }

    /** Keyed records are spread over the partitions, and each partition keeps its own order. */
    static void produceManyPartitions(T t) throws Exception {
        String topic = topic(t, 8);
        Producer<String, String> producer = producer(t, Map.of("linger.ms", "10"));
        t.step("producing");
        for (int i = 0; i < 400; i++) {
            producer.send(new ProducerRecord<>(topic, Integer.toString(i % 40), Integer.toString(i)));
        }
        producer.flush();
        t.step("consuming");
        Consumer<String, String> consumer = Kit.consumer(t, Map.of());
        consumer.assign(consumer.partitionsFor(topic).stream()
                .map(one -> new org.apache.kafka.common.TopicPartition(topic, one.partition())).toList());
        int[] last = new int[8];
        Arrays.fill(last, -1);
        for (ConsumerRecord<String, String> record : poll(t, consumer, 400)) {
            int value = Integer.parseInt(record.value());
            t.check(value > last[record.partition()], "%d comes behind %d", value, last[record.partition()]);
            last[record.partition()] = value;
        }
        t.check(Arrays.stream(last).allMatch(value -> value >= 0), "a partition is empty");
    }

    /** A record over the topic's max.message.bytes fails with RecordTooLarge, and the next one succeeds. */
    static void produceTooLarge(T t) throws Exception {
        String topic = topic(t, 1, Map.of("max.message.bytes", "2000"));
        Producer<String, String> producer = producer(t, Map.of());
        t.step("producing 3000 bytes");
        t.mustFail(RecordTooLargeException.class,
                () -> send(t, producer, new ProducerRecord<>(topic, "x".repeat(3000))));
        t.step("producing 1000 bytes");
        t.equal("offset", send(t, producer, new ProducerRecord<>(topic, "x".repeat(1000))).offset(), 0L);
    }

    /** A batch over the topic's max.message.bytes is split by the producer, and all of it arrives. */
    static void produceBatchThatIsSplit(T t) throws Exception {
        String topic = topic(t, 1, Map.of("max.message.bytes", "3000"));
        t.step("producing");
        Producer<String, String> producer =
                producer(t, Map.of("batch.size", "16000", "linger.ms", "200", "compression.type", "gzip"));
        // Compression lets the batch grow over what the producer estimates; random digits keep it large.
        var random = new java.util.Random(7);
        for (int i = 0; i < 30; i++) {
            StringBuilder value = new StringBuilder();
            while (value.length() < 400) {
                value.append(random.nextLong());
            }
            producer.send(new ProducerRecord<>(topic, 0, Integer.toString(i), value.toString()));
        }
        producer.flush();
        t.step("consuming");
        int at = 0;
        for (ConsumerRecord<String, String> record : poll(t, fromStart(t, topic, Map.of()), 30)) {
            t.equal("key", record.key(), Integer.toString(at++));
        }
    }

    /** max.message.bytes of the topic allows what the broker's default refuses. */
    static void produceLargerWhereTopicAllows(T t) throws Exception {
        String topic = topic(t, 1, Map.of("max.message.bytes", "4000000"));
        t.step("producing 3 MB");
        send(t, producer(t, Map.of("max.request.size", "4000000")),
                new ProducerRecord<>(topic, "x".repeat(3_000_000)));
        t.step("consuming");
        t.equal("length", poll(t, fromStart(t, topic, Map.of()), 1).get(0).value().length(), 3_000_000);
    }

    /** Sending to a topic that does not exist creates it with the broker's defaults. */
    static void produceCreatesTheTopic(T t) throws Exception {
        String topic = t.name("created");
        t.step("producing");
        t.equal("offset", send(t, producer(t, Map.of()), new ProducerRecord<>(topic, "x")).offset(), 0L);
        t.step("consuming");
        poll(t, fromStart(t, topic, Map.of()), 1);
        t.get(Kit.admin(t).deleteTopics(Set.of(topic)).all());
    }

    /** A topic name with a space is refused as invalid, at once. */
    static void produceInvalidTopicName(T t) throws Exception {
        Producer<String, String> producer = producer(t, Map.of());
        t.step("producing");
        t.mustFail(InvalidTopicException.class,
                () -> send(t, producer, new ProducerRecord<>("no name", "x")));
    }

    /** A partition that the topic does not have makes the send time out. */
    static void produceToMissingPartition(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("max.block.ms", "700"));
        t.step("producing");
        t.mustFail(TimeoutException.class,
                () -> send(t, producer, new ProducerRecord<>(topic, 5, null, "x")));
    }

    /** A record without a key is refused by a compacted topic; one with a key is stored. */
    static void produceWithoutKeyToCompactedTopic(T t) throws Exception {
        String topic = topic(t, 1, Map.of("cleanup.policy", "compact"));
        Producer<String, String> producer = producer(t, Map.of());
        t.step("producing without a key");
        t.mustFail(InvalidRecordException.class, () -> send(t, producer, new ProducerRecord<>(topic, "x")));
        t.step("producing with a key");
        send(t, producer, new ProducerRecord<>(topic, "key", "x"));
    }

    /** A timestamp too far in the future for the topic is refused with the reason. */
    static void produceTimestampOutOfRange(T t) throws Exception {
        String topic = topic(t, 1, Map.of("message.timestamp.after.max.ms", "1000"));
        Producer<String, String> producer = producer(t, Map.of());
        long tomorrow = System.currentTimeMillis() + 86_400_000;
        t.step("producing");
        t.mustFail(org.apache.kafka.common.errors.InvalidTimestampException.class,
                () -> send(t, producer, new ProducerRecord<>(topic, 0, tomorrow, null, "x")));
    }

    /** A producer that knows a topic goes on when the topic is deleted and made anew. */
    static void produceToRecreatedTopic(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("metadata.max.age.ms", "1000"));
        t.step("producing to the first topic");
        send(t, producer, new ProducerRecord<>(topic, "first"));
        t.step("making the topic anew");
        var admin = Kit.admin(t);
        t.get(admin.deleteTopics(Set.of(topic)).all());
        t.eventually(() -> !t.get(admin.listTopics().names()).contains(topic));
        t.get(admin.createTopics(
                Set.of(new org.apache.kafka.clients.admin.NewTopic(topic, 1, (short) 1))).all());
        t.step("producing to the second topic");
        t.eventually(() -> {
            try {
                send(t, producer, new ProducerRecord<>(topic, "second"));
                return true;
            } catch (java.util.concurrent.ExecutionException theOldOne) {
                return false;
            }
        });
        t.step("consuming");
        t.equal("values", Kit.values(poll(t, fromStart(t, topic, Map.of()), 1)), "second");
    }

    /** A callback of each record is called once, in the order of the sends. */
    static void produceCallbacksInOrder(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("linger.ms", "5"));
        var called = new java.util.concurrent.ConcurrentLinkedQueue<Long>();
        t.step("producing");
        Future<RecordMetadata> last = null;
        for (int i = 0; i < 200; i++) {
            last = producer.send(new ProducerRecord<>(topic, 0, null, "x"),
                    (sent, error) -> called.add(error == null ? sent.offset() : -1));
        }
        producer.flush();
        t.equal("last offset", last.get().offset(), 199L);
        long at = 0;
        for (long offset : called) {
            t.equal("offset", offset, at++);
        }
        t.equal("calls", at, 200L);
    }
}
