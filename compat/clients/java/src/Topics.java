package wirekafka.compat;

import static wirekafka.compat.Kit.admin;
import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Admin: topics, partitions and their offsets. */
final class Topics {
    private Topics() {}

    private static NewTopic wanted(String name, int partitions, int replicas) {
        return new NewTopic(name, partitions, (short) replicas);
    }

    /** A created topic answers its id, partitions, replicas and configs, and is described the same. */
    static void topicCreateAndDescribe(T t) throws Exception {
        Admin admin = admin(t);
        String topic = t.name("topic");
        t.step("creating");
        CreateTopicsResult made = admin.createTopics(Set.of(
                wanted(topic, 3, 1).configs(Map.of("retention.ms", "12345"))));
        t.equal("partitions", t.get(made.numPartitions(topic)), 3);
        t.equal("replication factor", t.get(made.replicationFactor(topic)), 1);
        t.equal("retention.ms", t.get(made.config(topic)).get("retention.ms").value(), "12345");
        t.step("describing");
        Kit.awaitLeaders(t, admin, topic, 3);
        TopicDescription found = t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic);
        t.equal("id", found.topicId(), t.get(made.topicId(topic)));
        t.equal("partitions", found.partitions().size(), 3);
        t.check(!found.isInternal(), "it is internal");
        found.partitions().forEach(one -> {
            t.equal("replicas", one.replicas().size(), 1);
            t.equal("in-sync replicas", one.isr(), one.replicas());
            t.check(one.elr().isEmpty() && one.lastKnownElr().isEmpty(), "%s", one);
        });
        t.step("describing by id");
        Uuid id = found.topicId();
        t.equal("name", t.get(admin.describeTopics(TopicCollection.ofTopicIds(Set.of(id))).allTopicIds())
                .get(id).name(), topic);
        t.get(admin.deleteTopics(Set.of(topic)).all());
    }

    /** Without numbers a topic gets num.partitions and default.replication.factor. */
    static void topicCreateWithDefaults(T t) {
        Admin admin = admin(t);
        String topic = t.name("topic");
        t.step("creating");
        CreateTopicsResult made = admin.createTopics(Set.of(
                new NewTopic(topic, java.util.Optional.empty(), java.util.Optional.empty())));
        t.equal("partitions", t.get(made.numPartitions(topic)), 1);
        t.equal("replication factor", t.get(made.replicationFactor(topic)), 1);
        t.get(admin.deleteTopics(Set.of(topic)).all());
    }

    /** What is wrong with a topic to be created is said by kind, and the others are created. */
    static void topicCreateErrors(T t) {
        Admin admin = admin(t);
        String exists = topic(t, 1);
        String good = t.name("good");
        t.step("creating");
        Map<String, String> nonsense = Map.of("no.such.config", "1");
        var made = admin.createTopics(List.of(wanted(exists, 1, 1), wanted("no name", 1, 1),
                wanted(t.name("replicas"), 1, 5), wanted("zero-" + exists, 0, 1),
                wanted("config-" + exists, 1, 1).configs(nonsense), wanted(good, 1, 1))).values();
        t.mustFail(TopicExistsException.class, () -> t.get(made.get(exists)));
        t.mustFail(InvalidTopicException.class, () -> t.get(made.get("no name")));
        t.mustFail(InvalidPartitionsException.class, () -> t.get(made.get("zero-" + exists)));
        t.mustFail(InvalidConfigurationException.class, () -> t.get(made.get("config-" + exists)));
        t.mustFail(InvalidReplicationFactorException.class, () -> t.get(made.entrySet().stream()
                .filter(one -> one.getKey().contains("replicas")).findFirst().orElseThrow().getValue()));
        t.get(made.get(good));
        t.get(admin.deleteTopics(Set.of(good)).all());
    }

    /** With validateOnly nothing is created. */
    static void topicValidateOnly(T t) {
        Admin admin = admin(t);
        String topic = t.name("topic");
        t.step("validating");
        t.get(admin.createTopics(Set.of(wanted(topic, 2, 1)), new CreateTopicsOptions().validateOnly(true))
                .all());
        t.check(!t.get(admin.listTopics().names()).contains(topic), "it was created");
    }

    /** A deleted topic is unknown by name and by id, and so it is when deleted again. */
    static void topicDelete(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        Uuid id = t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic).topicId();
        t.step("deleting");
        t.get(admin.deleteTopics(Set.of(topic)).all());
        t.eventually(() -> !t.get(admin.listTopics().names()).contains(topic));
        t.mustFail(UnknownTopicOrPartitionException.class,
                () -> t.get(admin.describeTopics(Set.of(topic)).allTopicNames()));
        t.mustFail(UnknownTopicIdException.class,
                () -> t.get(admin.describeTopics(TopicCollection.ofTopicIds(Set.of(id))).allTopicIds()));
        t.mustFail(UnknownTopicOrPartitionException.class, () -> t.get(admin.deleteTopics(Set.of(topic)).all()));
    }

    /** A topic is deleted by its id. */
    static void topicDeleteById(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        Uuid id = t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic).topicId();
        t.step("deleting");
        t.get(admin.deleteTopics(TopicCollection.ofTopicIds(Set.of(id))).all());
        t.eventually(() -> !t.get(admin.listTopics().names()).contains(topic));
    }

    /** Topics are listed with their ids; internal ones only when asked for. */
    static void topicList(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("listing");
        var found = t.get(admin.listTopics().namesToListings());
        t.check(!found.get(topic).topicId().equals(Uuid.ZERO_UUID), "no topic id");
        t.check(found.values().stream().noneMatch(one -> one.isInternal()), "an internal topic is listed");
        var consumer = Kit.fromStart(t, topic, Map.of("group.id", t.name("group")));
        t.step("committing, which makes the internal topic");
        consumer.commitSync(Map.of(zero(topic), new org.apache.kafka.clients.consumer.OffsetAndMetadata(0)));
        t.check(t.get(admin.listTopics(new ListTopicsOptions().listInternal(true)).namesToListings())
                .get("__consumer_offsets").isInternal(), "__consumer_offsets is not internal");
    }

    /** Partitions are added up to a new total; fewer, and the same number, are refused. */
    static void topicCreatePartitions(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 2);
        t.step("adding");
        t.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all());
        t.eventually(() -> t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic)
                .partitions().size() == 5);
        for (int count : new int[] {5, 1}) {
            t.step("asking for %d", count);
            t.mustFail(InvalidPartitionsException.class,
                    () -> t.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all()));
        }
    }

    /** listOffsets finds the first, the last, that of a time, and that of the largest timestamp. */
    static void topicListOffsets(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        var producer = Kit.producer(t, Map.of());
        long base = System.currentTimeMillis() - 10_000;
        for (long time : new long[] {0, 500, 200}) {
            Kit.send(t, producer, new ProducerRecord<>(topic, 0, base + time, null, "x"));
        }
        t.step("listing");
        t.equal("earliest", offset(t, admin, topic, OffsetSpec.earliest()).offset(), 0L);
        t.equal("latest", offset(t, admin, topic, OffsetSpec.latest()).offset(), 3L);
        t.equal("by time", offset(t, admin, topic, OffsetSpec.forTimestamp(base + 100)).offset(), 1L);
        t.equal("behind all", offset(t, admin, topic, OffsetSpec.forTimestamp(base + 501)).offset(), -1L);
        ListOffsetsResultInfo largest = offset(t, admin, topic, OffsetSpec.maxTimestamp());
        t.equal("offset of the largest timestamp", largest.offset(), 1L);
        t.equal("largest timestamp", largest.timestamp(), base + 500);
    }

    private static ListOffsetsResultInfo offset(T t, Admin admin, String topic, OffsetSpec spec) {
        return t.get(admin.listOffsets(Map.of(zero(topic), spec)).all()).get(zero(topic));
    }

    /** Deleting records moves the beginning; -1 deletes all, and an offset behind the end is refused. */
    static void topicDeleteRecords(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        fill(t, topic, 10);
        t.step("deleting before 4");
        t.equal("low watermark", deleteBefore(t, admin, topic, 4), 4L);
        t.equal("earliest", offset(t, admin, topic, OffsetSpec.earliest()).offset(), 4L);
        t.step("deleting before 100");
        t.mustFail(OffsetOutOfRangeException.class, () -> deleteBefore(t, admin, topic, 100));
        t.step("deleting all");
        t.equal("low watermark", deleteBefore(t, admin, topic, -1), 10L);
    }

    private static long deleteBefore(T t, Admin admin, String topic, long offset) {
        return t.get(admin.deleteRecords(Map.of(zero(topic), RecordsToDelete.beforeOffset(offset)))
                .lowWatermarks().get(zero(topic))).lowWatermark();
    }

    /** Offsets of a partition that does not exist are an error of the topic. */
    static void topicListOffsetsOfMissingPartition(T t) {
        Admin admin = Admin.create(Kit.configs(t, Map.of("default.api.timeout.ms", "1500",
                "request.timeout.ms", "1000")));
        t.cleanup(() -> admin.close(java.time.Duration.ZERO));
        String topic = topic(t, 1);
        t.step("listing");
        t.mustFail(org.apache.kafka.common.errors.TimeoutException.class, () -> t.get(
                admin.listOffsets(Map.of(new TopicPartition(topic, 9), OffsetSpec.latest())).all()));
    }

    /** Three hundred partitions are created, described and deleted in seconds. */
    static void topicWithManyPartitions(T t) throws Exception {
        Admin admin = admin(t);
        String topic = t.name("wide");
        t.step("creating");
        t.get(admin.createTopics(Set.of(wanted(topic, 300, 1))).all());
        Kit.awaitLeaders(t, admin, topic, 300);
        t.step("describing");
        t.eventually(() -> t.get(admin.describeTopics(Set.of(topic)).allTopicNames()).get(topic)
                .partitions().stream().filter(one -> one.leader() != null).count() == 300);
        t.step("deleting");
        t.get(admin.deleteTopics(Set.of(topic)).all());
    }
}
