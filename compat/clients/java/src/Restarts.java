package wirekafka.compat;

import static wirekafka.compat.Kit.consumer;
import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.fromStart;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.producer;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;
import static wirekafka.compat.Kit.zero;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;

/** Clients that live on while the broker is stopped and started. Nothing else runs meanwhile. */
final class Restarts {
    private Restarts() {}

    /**
     * A producer goes on after a restart: nothing is lost, nothing comes twice.
     * LIMIT: 60
     */
    static void restartProducerGoesOn(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of());
        fill(t, producer, topic, 10);
        t.restartBroker();
        t.step("producing again");
        fill(t, producer, topic, 10);
        t.step("consuming");
        t.equal("values", values(poll(t, fromStart(t, topic, Map.of()), 20)),
                "0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9");
    }

    /**
     * Records that are sent while the broker restarts arrive once and in order.
     * LIMIT: 60
     */
    static void restartWhileProducing(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("linger.ms", "5"));
        var stopped = new java.util.concurrent.atomic.AtomicInteger(-1);
        var restarted = new java.util.concurrent.CountDownLatch(1);
        Thread sender = new Thread(() -> {
            int sent = 0;
            try {
                for (; restarted.getCount() > 0 || sent < 100; sent++) {
                    producer.send(new ProducerRecord<>(topic, 0, null, Integer.toString(sent)));
                    Thread.sleep(2);
                }
                producer.flush();
            } catch (InterruptedException tooLate) {
                return;
            }
            stopped.set(sent);
        });
        sender.setDaemon(true);
        t.cleanup(sender::interrupt);
        sender.start();
        t.restartBroker();
        restarted.countDown();
        t.step("waiting for the sender");
        sender.join(Math.max(1, t.millisLeft()));
        t.check(stopped.get() > 0, "the sender did not end");
        t.step("consuming");
        int at = 0;
        for (ConsumerRecord<String, String> record : poll(t, fromStart(t, topic, Map.of()), stopped.get())) {
            t.equal("value", record.value(), Integer.toString(at++));
        }
    }

    /**
     * A group member goes on after a restart, from where it was, without being reset.
     * LIMIT: 60
     */
    static void restartGroupGoesOn(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 2);
        fill(t, topic, 3);
        Consumer<String, String> consumer = consumer(t, Map.of("group.id", t.name("group")));
        consumer.subscribe(List.of(topic));
        t.step("consuming");
        poll(t, consumer, 3);
        consumer.commitSync();
        t.restartBroker();
        fill(t, topic, 2);
        t.step("consuming again");
        t.equal("values", values(poll(t, consumer, 2)), "0 1");
        t.step("committing");
        consumer.commitSync();
        t.equal("committed", consumer.committed(Set.of(zero(topic))).get(zero(topic)).offset(), 5L);
    }

    /**
     * Topic ids, configs, committed offsets and records are there after a restart.
     * LIMIT: 60
     */
    static void restartKeepsState(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 3, Map.of("retention.ms", "86400000"));
        String group = t.name("group");
        fill(t, topic, 3);
        Consumer<String, String> before = fromStart(t, topic, Map.of("group.id", group));
        poll(t, before, 3);
        before.commitSync();
        before.close();
        Admin admin = Kit.admin(t);
        Uuid id = t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic).topicId();
        String cluster = t.get(admin.describeCluster().clusterId());
        t.restartBroker();
        t.step("looking");
        var found = t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic);
        t.equal("topic id", found.topicId(), id);
        t.equal("partitions", found.partitions().size(), 3);
        t.equal("cluster id", t.get(admin.describeCluster().clusterId()), cluster);
        var offsets = t.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        t.equal("offset", offsets.get(zero(topic)).offset(), 3L);
        t.equal("values", values(poll(t, fromStart(t, topic, Map.of()), 3)), "0 1 2");
        var resource = new org.apache.kafka.common.config.ConfigResource(
                org.apache.kafka.common.config.ConfigResource.Type.TOPIC, topic);
        t.equal("retention.ms", t.get(admin.describeConfigs(Set.of(resource)).all()).get(resource)
                .get("retention.ms").value(), "86400000");
    }

    /**
     * A transaction that was open when the broker restarted is committed afterwards.
     * FEATURE: transactions
     * LIMIT: 60
     */
    static void restartOpenTransaction(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 1);
        Producer<String, String> producer = producer(t, Map.of("transactional.id", t.name("tx")));
        t.step("initializing the producer");
        producer.initTransactions();
        producer.beginTransaction();
        fill(t, producer, topic, 2);
        t.restartBroker();
        fill(t, producer, topic, 1);
        t.step("committing");
        producer.commitTransaction();
        t.step("consuming");
        t.equal("values",
                values(poll(t, fromStart(t, topic, Map.of("isolation.level", "read_committed")), 3)),
                "0 1 0");
    }

    /**
     * A member of the new protocol goes on after a restart.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 60
     */
    static void restartConsumerGroupGoesOn(T t) throws Exception {
        t.needsRestart();
        String topic = topic(t, 1);
        fill(t, topic, 2);
        Consumer<String, String> consumer =
                consumer(t, Map.of("group.id", t.name("group"), "group.protocol", "consumer"));
        consumer.subscribe(List.of(topic));
        t.step("consuming");
        poll(t, consumer, 2);
        consumer.commitSync(Duration.ofSeconds(5));
        t.restartBroker();
        fill(t, topic, 1);
        t.step("consuming again");
        poll(t, consumer, 1);
    }
}
