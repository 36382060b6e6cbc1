package wirekafka.compat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;

/**
 * KafkaConsumers of each group protocol and assignor while members come and go and records come in:
 * nothing that was committed comes again, and nothing is left out.
 */
final class Turnover {
    private static final String PACKAGE = "org.apache.kafka.clients.consumer.";
    private static final int PARTITIONS = 3; // of each of two topics: few enough for range to be uneven
    private static final List<Integer> UNEVEN = List.of(2, 4);
    private static final List<Integer> EVEN = List.of(3, 3);

    private Turnover() {}

    /**
     * Members of the range assignor come and go; of two, one has four of six partitions.
     * LIMIT: 90
     */
    static void turnoverRange(T t) throws Exception {
        run(t, classic("RangeAssignor"), UNEVEN);
    }

    /**
     * Members of the round robin assignor come and go; of two, each has three of six partitions.
     * LIMIT: 90
     */
    static void turnoverRoundRobin(T t) throws Exception {
        run(t, classic("RoundRobinAssignor"), EVEN);
    }

    /**
     * Members of the sticky assignor come and go; of two, each has three of six partitions.
     * LIMIT: 90
     */
    static void turnoverSticky(T t) throws Exception {
        run(t, classic("StickyAssignor"), EVEN);
    }

    /**
     * Members of the cooperative sticky assignor come and go, and read on while they rebalance.
     * LIMIT: 90
     */
    static void turnoverCooperativeSticky(T t) throws Exception {
        run(t, classic("CooperativeStickyAssignor"), EVEN);
    }

    /**
     * Members of the consumer protocol with the broker's uniform assignor come and go.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 120
     */
    static void turnoverUniformOfTheBroker(T t) throws Exception {
        run(t, next("uniform"), EVEN);
    }

    /**
     * Members of the consumer protocol with the broker's range assignor come and go.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 120
     */
    static void turnoverRangeOfTheBroker(T t) throws Exception {
        run(t, next("range"), UNEVEN);
    }

    private static Map<String, String> classic(String assignor) {
        return Map.of("partition.assignment.strategy", PACKAGE + assignor);
    }

    private static Map<String, String> next(String assignor) {
        return Map.of("group.protocol", "consumer", "group.remote.assignor", assignor);
    }

    private static void run(T t, Map<String, String> strategy, List<Integer> ofTwo) throws Exception {
        Flock flock = new Flock(t, strategy);
        Consumer<String, String> first = flock.join();
        flock.settle("the first has all", List.of(2 * PARTITIONS));
        Consumer<String, String> second = flock.join();
        flock.settle("a second one joined", ofTwo);
        flock.join();
        flock.settle("a third one joined", List.of(2, 2, 2));
        flock.leave(first);
        first.close();
        flock.settle("the first one closed", ofTwo);
        flock.leave(second);
        second.unsubscribe();
        flock.settle("the second one unsubscribed", List.of(2 * PARTITIONS));
        flock.subscribe(second);
        flock.settle("the second one came back", ofTwo);
        flock.finish();
    }

    /** The members of one group, which take turns, and what came of each partition. */
    private static final class Flock {
        private final T t;
        private final Map<String, Object> configs = new HashMap<>();
        private final List<String> topics;
        private final Producer<String, String> producer;
        private final List<Consumer<String, String>> members = new ArrayList<>();
        private final Map<TopicPartition, Long> sent = new HashMap<>();
        private final Map<TopicPartition, Long> seen = new HashMap<>();
        private final Map<TopicPartition, Long> committed = new HashMap<>();

        Flock(T t, Map<String, String> strategy) {
            this.t = t;
            topics = List.of(Kit.topic(t, PARTITIONS), Kit.topic(t, PARTITIONS));
            configs.put("group.id", t.name("group"));
            configs.put("fetch.max.wait.ms", "100");
            configs.putAll(strategy);
            producer = Kit.producer(t, Map.of());
        }

        Consumer<String, String> join() {
            Consumer<String, String> member = Kit.consumer(t, configs);
            subscribe(member);
            return member;
        }

        void subscribe(Consumer<String, String> member) {
            member.subscribe(topics);
            members.add(member);
        }

        void leave(Consumer<String, String> member) {
            members.remove(member);
        }

        /** Goes on until the members have so many partitions each, in any order. */
        void settle(String what, List<Integer> sizes) throws Exception {
            t.step("%s: waiting for %s partitions", what, sizes);
            t.eventually(() -> {
                send();
                turns();
                List<Integer> found = new ArrayList<>();
                members.forEach(member -> found.add(member.assignment().size()));
                found.sort(null);
                return found.equals(sizes);
            });
        }

        /** Whatever was sent has been read and is committed. */
        void finish() throws Exception {
            t.step("reading and committing the rest");
            t.eventually(() -> {
                turns();
                return seen.equals(sent);
            });
            t.eventually(() -> {
                turns();
                members.forEach(member -> commit(member, positions(member)));
                return committed.equals(sent);
            });
            t.step("looking at the committed offsets");
            var found = t.get(Kit.admin(t).listConsumerGroupOffsets((String) configs.get("group.id"))
                    .partitionsToOffsetAndMetadata());
            sent.forEach((partition, end) ->
                    t.equal("offset of " + partition, found.get(partition).offset(), end));
        }

        /** Another record for each partition, of which the consumers know the place. */
        private void send() {
            for (String topic : topics) {
                for (int number = 0; number < PARTITIONS; number++) {
                    long offset = sent.merge(new TopicPartition(topic, number), 1L, Long::sum) - 1;
                    producer.send(new ProducerRecord<>(topic, number, null, Long.toString(offset)));
                }
            }
            producer.flush();
        }

        private void turns() {
            for (Consumer<String, String> member : members) {
                Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
                for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(30))) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    see(partition, record);
                    read.put(partition, new OffsetAndMetadata(record.offset() + 1));
                }
                commit(member, read);
            }
        }

        private void see(TopicPartition partition, ConsumerRecord<String, String> record) {
            long offset = record.offset();
            t.equal("value at " + offset, record.value(), Long.toString(offset));
            t.check(offset >= committed.getOrDefault(partition, 0L),
                    "%s: offset %d came again after it was committed", partition, offset);
            t.check(offset <= seen.getOrDefault(partition, 0L),
                    "%s: offset %d came before %s", partition, offset, seen.get(partition));
            seen.merge(partition, offset + 1, Math::max);
        }

        private void commit(Consumer<String, String> member, Map<TopicPartition, OffsetAndMetadata> offsets) {
            try {
                member.commitSync(offsets);
            } catch (CommitFailedException | RebalanceInProgressException lost) {
                return; // whoever has the partition now gets the records again, or commits beyond them
            }
            offsets.forEach((partition, offset) -> committed.merge(partition, offset.offset(), Math::max));
        }

        private static Map<TopicPartition, OffsetAndMetadata> positions(Consumer<String, String> member) {
            Map<TopicPartition, OffsetAndMetadata> found = new HashMap<>();
            member.assignment().forEach(partition ->
                    found.put(partition, new OffsetAndMetadata(member.position(partition))));
            return found;
        }
    }
}
