package wirekafka.compat;

import static wirekafka.compat.Kit.consumer;
import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.fromStart;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.pollNothing;
import static wirekafka.compat.Kit.producer;
import static wirekafka.compat.Kit.send;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;
import static wirekafka.compat.Kit.zero;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;

/** KafkaConsumer without a group: positions, offsets by time, limits of a fetch. */
final class Consume {
    private Consume() {}

    /** An assigned consumer reads from its beginning and then what comes later. */
    static void consumeAssigned(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of());
        t.step("consuming");
        t.equal("values", values(poll(t, consumer, 3)), "0 1 2");
        pollNothing(t, consumer);
        fill(t, topic, 2);
        t.step("consuming what came later");
        t.equal("values", values(poll(t, consumer, 2)), "0 1");
        t.equal("position", consumer.position(zero(topic)), 5L);
    }

    /** seek goes to an offset, to the beginning and to the end. */
    static void consumeSeek(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 5);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of());
        t.step("seeking to 3");
        consumer.seek(zero(topic), 3);
        t.equal("values", values(poll(t, consumer, 2)), "3 4");
        t.step("seeking to the beginning");
        consumer.seekToBeginning(Set.of(zero(topic)));
        t.equal("values", values(poll(t, consumer, 5)), "0 1 2 3 4");
        t.step("seeking to the end");
        consumer.seekToEnd(Set.of(zero(topic)));
        t.equal("position", consumer.position(zero(topic)), 5L);
        pollNothing(t, consumer);
    }

    /** Beginning and end offsets are those of the log, also after records were deleted. */
    static void consumeBeginningAndEndOffsets(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 5);
        t.step("deleting records");
        t.get(Kit.admin(t).deleteRecords(Map.of(zero(topic),
                org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(2))).all());
        Consumer<String, String> consumer = fromStart(t, topic, Map.of());
        t.step("asking for offsets");
        t.equal("beginning", consumer.beginningOffsets(Set.of(zero(topic))), Map.of(zero(topic), 2L));
        t.equal("end", consumer.endOffsets(Set.of(zero(topic))), Map.of(zero(topic), 5L));
        t.equal("values", values(poll(t, consumer, 3)), "2 3 4");
    }

    /** offsetsForTimes finds the first record at or after a time, and nothing behind the last. */
    static void consumeOffsetsForTimes(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        long base = System.currentTimeMillis() - 10_000;
        for (int i = 0; i < 5; i++) {
            send(t, producer, new ProducerRecord<>(topic, 0, base + i * 100, null, "x"));
        }
        Consumer<String, String> consumer = consumer(t, Map.of());
        t.step("asking for offsets");
        OffsetAndTimestamp found =
                consumer.offsetsForTimes(Map.of(zero(topic), base + 150)).get(zero(topic));
        t.equal("offset", found.offset(), 2L);
        t.equal("timestamp", found.timestamp(), base + 200);
        t.equal("behind the last", consumer.offsetsForTimes(Map.of(zero(topic), base + 401)).get(zero(topic)),
                null);
    }

    /** An offset out of range is reset by auto.offset.reset, here to the beginning. */
    static void consumeOutOfRangeResets(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of());
        t.step("seeking to 1000");
        consumer.seek(zero(topic), 1000);
        t.equal("values", values(poll(t, consumer, 3)), "0 1 2");
    }

    /** With auto.offset.reset=none an offset out of range is an error that names partition and offset. */
    static void consumeOutOfRangeFails(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("auto.offset.reset", "none"));
        consumer.seek(zero(topic), 1000);
        t.step("polling at 1000");
        OffsetOutOfRangeException error = t.mustFail(OffsetOutOfRangeException.class,
                () -> poll(t, consumer, 1));
        t.equal("offsets", error.offsetOutOfRangePartitions(), Map.of(zero(topic), 1000L));
    }

    /** With auto.offset.reset=none and no committed offset a poll is an error. */
    static void consumeNoOffsetFails(T t) throws Exception {
        String topic = topic(t, 1);
        Consumer<String, String> consumer = fromStart(t, topic,
                Map.of("auto.offset.reset", "none", "group.id", t.name("group")));
        t.step("polling");
        t.mustFail(NoOffsetForPartitionException.class, () -> poll(t, consumer, 1));
    }

    /** auto.offset.reset=latest begins behind what is there. */
    static void consumeFromLatest(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("auto.offset.reset", "latest"));
        t.step("polling");
        pollNothing(t, consumer);
        t.equal("position", consumer.position(zero(topic)), 3L);
        fill(t, topic, 1);
        t.step("consuming");
        t.equal("offset", poll(t, consumer, 1).get(0).offset(), 3L);
    }

    /** auto.offset.reset=by_duration:PT1H begins with the records of the last hour. */
    static void consumeFromDuration(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        long now = System.currentTimeMillis();
        send(t, producer, new ProducerRecord<>(topic, 0, now - 7_200_000, null, "old"));
        send(t, producer, new ProducerRecord<>(topic, 0, now - 60_000, null, "new"));
        t.step("consuming");
        Consumer<String, String> consumer =
                fromStart(t, topic, Map.of("auto.offset.reset", "by_duration:PT1H"));
        t.equal("values", values(poll(t, consumer, 1)), "new");
    }

    /** A paused partition gives nothing until it is resumed; the other one goes on. */
    static void consumePauseAndResume(T t) throws Exception {
        String topic = topic(t, 2);
        TopicPartition one = new TopicPartition(topic, 1);
        Producer<String, String> producer = producer(t, Map.of());
        send(t, producer, new ProducerRecord<>(topic, 0, null, "paused"));
        send(t, producer, new ProducerRecord<>(topic, 1, null, "running"));
        Consumer<String, String> consumer = consumer(t, Map.of());
        consumer.assign(List.of(zero(topic), one));
        consumer.pause(Set.of(zero(topic)));
        t.step("consuming the other partition");
        t.equal("values", values(poll(t, consumer, 1)), "running");
        pollNothing(t, consumer);
        t.step("consuming the resumed partition");
        consumer.resume(Set.of(zero(topic)));
        t.equal("values", values(poll(t, consumer, 1)), "paused");
    }

    /** max.poll.records limits a poll, and no record is lost. */
    static void consumeMaxPollRecords(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 20);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("max.poll.records", "3"));
        t.step("consuming");
        int at = 0;
        while (at < 20) {
            t.check(t.millisLeft() > 0, "%d of 20 records came", at);
            var records = consumer.poll(Kit.POLL);
            t.check(records.count() <= 3, "%d records at once", records.count());
            for (ConsumerRecord<String, String> record : records) {
                t.equal("offset", record.offset(), (long) at++);
            }
        }
    }

    /** A record larger than every fetch limit is returned all the same. */
    static void consumeRecordLargerThanLimits(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        t.step("producing");
        send(t, producer, new ProducerRecord<>(topic, "x".repeat(500_000)));
        send(t, producer, new ProducerRecord<>(topic, "y".repeat(500_000)));
        t.step("consuming");
        Consumer<String, String> consumer = fromStart(t, topic,
                Map.of("fetch.max.bytes", "1000", "max.partition.fetch.bytes", "1000"));
        t.equal("length", poll(t, consumer, 2).get(1).value().length(), 500_000);
    }

    /** fetch.min.bytes holds the answer back until the data is there or fetch.max.wait.ms is over. */
    static void consumeWaitsForMinBytes(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 1);
        Consumer<String, String> consumer = fromStart(t, topic,
                Map.of("fetch.min.bytes", "100000", "fetch.max.wait.ms", "1500"));
        t.step("consuming");
        consumer.position(zero(topic));
        long start = System.nanoTime();
        poll(t, consumer, 1);
        long waited = (System.nanoTime() - start) / 1_000_000;
        t.check(waited > 1000, "the answer came after %d ms", waited);
    }

    /** A waiting fetch is answered as soon as a record is there. */
    static void consumeWakesUpForNewRecord(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        producer.partitionsFor(topic);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("fetch.max.wait.ms", "10000"));
        t.step("polling");
        pollNothing(t, consumer);
        t.step("consuming");
        send(t, producer, new ProducerRecord<>(topic, "x"));
        long start = System.nanoTime();
        poll(t, consumer, 1);
        long waited = (System.nanoTime() - start) / 1_000_000;
        t.check(waited < 3000, "the record came after %d ms", waited);
    }

    /** One consumer reads many partitions of many topics through one fetch session. */
    static void consumeManyPartitions(T t) throws Exception {
        List<String> topics = List.of(topic(t, 10), topic(t, 10), topic(t, 10));
        Producer<String, String> producer = producer(t, Map.of("linger.ms", "10"));
        Consumer<String, String> consumer = consumer(t, Map.of());
        consumer.assign(topics.stream().flatMap(topic -> java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> new TopicPartition(topic, i))).toList());
        for (int round = 0; round < 3; round++) {
            t.step("round %d", round);
            for (String topic : topics) {
                for (int i = round; i < 10; i += 3) {
                    producer.send(new ProducerRecord<>(topic, i, null, "x"));
                }
            }
            producer.flush();
            poll(t, consumer, round == 0 ? 12 : 9);
        }
    }

    /** partitionsFor and listTopics name partitions, leader, replicas and in-sync replicas. */
    static void consumePartitionsFor(T t) throws Exception {
        String topic = topic(t, 3);
        Consumer<String, String> consumer = consumer(t, Map.of());
        t.step("asking for partitions");
        List<PartitionInfo> found = consumer.partitionsFor(topic);
        t.equal("partitions", found.stream().map(PartitionInfo::partition).sorted().toList(),
                List.of(0, 1, 2));
        for (PartitionInfo one : found) {
            int leader = one.leader().id();
            t.check(Arrays.stream(one.replicas()).allMatch(node -> node.id() == leader), "%s", one);
            t.check(one.inSyncReplicas().length == 1 && one.offlineReplicas().length == 0, "%s", one);
        }
        t.equal("partitions of listTopics", consumer.listTopics().get(topic).size(), 3);
    }

    /** A topic name with a space is refused as invalid when it is polled. */
    static void consumeInvalidTopic(T t) throws Exception {
        Consumer<String, String> consumer = consumer(t, Map.of("group.id", t.name("group")));
        consumer.subscribe(List.of("no name"));
        t.step("polling");
        t.mustFail(InvalidTopicException.class, () -> poll(t, consumer, 1));
    }

    /** A consumer of a topic that is deleted and made anew reads the new one from its beginning. */
    static void consumeRecreatedTopic(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 5);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("metadata.max.age.ms", "500"));
        t.step("consuming the first topic");
        poll(t, consumer, 5);
        t.step("making the topic anew");
        var admin = Kit.admin(t);
        t.get(admin.deleteTopics(Set.of(topic)).all());
        t.eventually(() -> !t.get(admin.listTopics().names()).contains(topic));
        t.get(admin.createTopics(
                Set.of(new org.apache.kafka.clients.admin.NewTopic(topic, 1, (short) 1))).all());
        t.eventually(() -> {
            try {
                fill(t, topic, 2);
                return true;
            } catch (java.util.concurrent.ExecutionException theOldOne) {
                return false;
            }
        });
        t.step("consuming the second topic");
        t.equal("values", values(poll(t, consumer, 2)), "0 1");
    }

    /** The lag that a consumer knows is the distance to the end of the log. */
    static void consumeCurrentLag(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 10);
        Consumer<String, String> consumer = fromStart(t, topic, Map.of("max.poll.records", "4"));
        t.step("consuming");
        while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
            t.check(t.millisLeft() > 0, "no record came");
        }
        t.equal("lag", consumer.currentLag(zero(topic)).getAsLong(), 6L);
    }

    /** A log over several small segments is read from end to end, from any offset. */
    static void consumeManySegments(T t) throws Exception {
        String topic = topic(t, 1, Map.of("segment.bytes", "1048576"));
        Producer<String, String> producer = producer(t, Map.of("batch.size", "1"));
        t.step("producing 4 MB");
        for (int i = 0; i < 400; i++) {
            producer.send(new ProducerRecord<>(topic, "x".repeat(10_000)));
        }
        producer.flush();
        Consumer<String, String> consumer = fromStart(t, topic, Map.of());
        t.step("consuming");
        poll(t, consumer, 400);
        for (long offset : new long[] {399, 101, 205, 0}) {
            t.step("consuming from %d", offset);
            consumer.seek(zero(topic), offset);
            ConsumerRecord<String, String> first = null;
            while (first == null) {
                t.check(t.millisLeft() > 0, "no record came");
                for (ConsumerRecord<String, String> record : consumer.poll(Kit.POLL)) {
                    first = first == null ? record : first;
                }
            }
            t.equal("offset", first.offset(), offset);
        }
    }
}
