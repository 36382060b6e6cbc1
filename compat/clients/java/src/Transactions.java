package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.fromStart;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.pollNothing;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;
import static wirekafka.compat.Kit.zero;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** Transactions of KafkaProducer, and consumers with read_committed. */
final class Transactions {
    private Transactions() {}

    private static Producer<String, String> begun(T t, String id, Map<String, ?> more) {
        Map<String, Object> configs = new HashMap<>(more);
        configs.put("transactional.id", id);
        Producer<String, String> producer = Kit.producer(t, configs);
        t.step("initializing the producer");
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private static Consumer<String, String> committedOnly(T t, String topic) {
        return fromStart(t, topic, Map.of("isolation.level", "read_committed"));
    }

    /**
     * The records of a committed transaction are seen with read_committed.
     * FEATURE: transactions
     */
    static void transactionCommit(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        t.step("producing");
        fill(t, producer, topic, 3);
        t.step("committing");
        producer.commitTransaction();
        t.step("consuming");
        t.equal("values", values(poll(t, committedOnly(t, topic), 3)), "0 1 2");
    }

    /**
     * The records of an aborted transaction are seen with read_uncommitted only.
     * FEATURE: transactions
     */
    static void transactionAbort(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        t.step("producing");
        fill(t, producer, topic, 3);
        t.step("aborting");
        producer.abortTransaction();
        producer.beginTransaction();
        fill(t, producer, topic, 1);
        t.step("committing");
        producer.commitTransaction();
        t.step("consuming");
        ConsumerRecord<String, String> record = poll(t, committedOnly(t, topic), 1).get(0);
        t.equal("offset behind the abort marker", record.offset(), 4L);
        poll(t, fromStart(t, topic, Map.of()), 4);
    }

    /**
     * An open transaction hides its records, and all behind them, until it ends.
     * FEATURE: transactions
     */
    static void transactionOpenHidesRecords(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        fill(t, producer, topic, 2);
        fill(t, topic, 1);
        Consumer<String, String> consumer = committedOnly(t, topic);
        t.step("polling while it is open");
        pollNothing(t, consumer);
        t.equal("end offset", consumer.endOffsets(Set.of(zero(topic))).get(zero(topic)), 0L);
        t.step("committing");
        producer.commitTransaction();
        t.equal("values", values(poll(t, consumer, 3)), "0 1 0");
    }

    /**
     * A second producer with the same transactional id fences the first one.
     * FEATURE: transactions
     */
    static void transactionFencing(T t) throws Exception {
        String topic = topic(t, 1);
        String id = t.name("tx");
        Producer<String, String> first = begun(t, id, Map.of());
        fill(t, first, topic, 1);
        Producer<String, String> second = begun(t, id, Map.of());
        fill(t, second, topic, 1);
        second.commitTransaction();
        t.step("committing the fenced producer");
        t.mustFail(ProducerFencedException.class, first::commitTransaction);
        poll(t, committedOnly(t, topic), 1);
    }

    /**
     * Consume, transform and produce in one transaction commits the offsets with the records.
     * FEATURE: transactions
     */
    static void transactionConsumeProduce(T t) throws Exception {
        String from = topic(t, 1);
        String to = topic(t, 1);
        String group = t.name("group");
        fill(t, from, 3);
        Consumer<String, String> consumer = Kit.consumer(t, Map.of("group.id", group));
        consumer.subscribe(List.of(from));
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, consumer, 3);
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        for (ConsumerRecord<String, String> record : found) {
            producer.send(new ProducerRecord<>(to, record.value() + "!"));
        }
        t.step("sending the offsets");
        producer.sendOffsetsToTransaction(Map.of(zero(from), new OffsetAndMetadata(3)),
                consumer.groupMetadata());
        t.step("committing");
        producer.commitTransaction();
        t.equal("values", values(poll(t, committedOnly(t, to), 3)), "0! 1! 2!");
        t.step("fetching the offset");
        t.equal("offset", consumer.committed(Set.of(zero(from))).get(zero(from)).offset(), 3L);
    }

    /**
     * Offsets that were sent to a transaction are dropped when it is aborted.
     * FEATURE: transactions
     */
    static void transactionAbortDropsOffsets(T t) throws Exception {
        String topic = topic(t, 1);
        Consumer<String, String> consumer = Kit.consumer(t, Map.of("group.id", t.name("group")));
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        t.step("sending the offsets");
        producer.sendOffsetsToTransaction(Map.of(zero(topic), new OffsetAndMetadata(7)),
                consumer.groupMetadata());
        t.step("aborting");
        producer.abortTransaction();
        t.step("fetching the offset");
        t.equal("offset", consumer.committed(Set.of(zero(topic))).get(zero(topic)), null);
    }

    /**
     * An open transaction is listed and described with its state, partitions and producer.
     * FEATURE: transactions
     */
    static void transactionDescribe(T t) throws Exception {
        String topic = topic(t, 1);
        String id = t.name("tx");
        Producer<String, String> producer = begun(t, id, Map.of());
        fill(t, producer, topic, 1);
        var admin = Kit.admin(t);
        t.step("listing");
        t.check(t.get(admin.listTransactions().all()).stream()
                .anyMatch(one -> one.transactionalId().equals(id)), "it is not listed");
        t.step("describing");
        var found = t.get(admin.describeTransactions(Set.of(id)).description(id));
        t.equal("state", found.state(), TransactionState.ONGOING);
        t.equal("partitions", found.topicPartitions(), Set.of(zero(topic)));
        t.step("describing producers");
        var producers = t.get(admin.describeProducers(Set.of(zero(topic))).all()).get(zero(topic));
        t.equal("first offset", producers.activeProducers().get(0).currentTransactionStartOffset().getAsLong(),
                0L);
        producer.abortTransaction();
    }

    /**
     * fenceProducers makes the producer of a transactional id fail.
     * FEATURE: transactions
     */
    static void transactionFencedByAdmin(T t) throws Exception {
        String topic = topic(t, 1);
        String id = t.name("tx");
        Producer<String, String> producer = begun(t, id, Map.of());
        fill(t, producer, topic, 1);
        t.step("fencing");
        t.get(Kit.admin(t).fenceProducers(Set.of(id)).all());
        t.step("committing");
        t.mustFail(KafkaException.class, producer::commitTransaction);
        t.equal("records", committedOnly(t, topic).poll(Kit.SHORT).count(), 0);
    }

    /**
     * An empty transaction commits, and so does the next one with records.
     * FEATURE: transactions
     */
    static void transactionEmpty(T t) throws Exception {
        String topic = topic(t, 1);
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        t.step("committing nothing");
        producer.commitTransaction();
        producer.beginTransaction();
        fill(t, producer, topic, 1);
        t.step("committing");
        producer.commitTransaction();
        poll(t, committedOnly(t, topic), 1);
    }

    /**
     * One transaction over several topics and partitions becomes visible in all of them.
     * FEATURE: transactions
     */
    static void transactionOverTopics(T t) throws Exception {
        List<String> topics = List.of(topic(t, 1), topic(t, 1), topic(t, 1));
        Producer<String, String> producer = begun(t, t.name("tx"), Map.of());
        for (String topic : topics) {
            fill(t, producer, topic, 2);
        }
        t.step("committing");
        producer.commitTransaction();
        for (String topic : topics) {
            t.equal("values", values(poll(t, committedOnly(t, topic), 2)), "0 1");
        }
    }
}
