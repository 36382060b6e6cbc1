package wirekafka.compat;

import static wirekafka.compat.Kit.consumer;
import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.pollNothing;
import static wirekafka.compat.Kit.share;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;
import static wirekafka.compat.Kit.zero;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/** KafkaConsumer in groups of the classic protocol. */
final class Groups {
    private static final String COOPERATIVE = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

    private Groups() {}

    private static Map<String, Object> member(String group, Object... more) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("group.id", group);
        for (int i = 0; i < more.length; i += 2) {
            configs.put((String) more[i], more[i + 1]);
        }
        return configs;
    }

    private static Consumer<String, String> subscribed(T t, String topic, Map<String, Object> configs) {
        Consumer<String, String> consumer = consumer(t, configs);
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    /** The only member of a group gets all partitions and their records. */
    static void groupOneMemberGetsAll(T t) throws Exception {
        String topic = topic(t, 3);
        fill(t, topic, 3);
        Consumer<String, String> consumer = subscribed(t, topic, member(t.name("group")));
        t.step("consuming");
        t.equal("values", values(poll(t, consumer, 3)), "0 1 2");
        t.equal("partitions", consumer.assignment().size(), 3);
    }

    /** Two members share the partitions; when one closes, the other gets all of them. */
    static void groupTwoMembersShare(T t) throws Exception {
        rebalance(t, Map.of());
    }

    /** With the cooperative sticky assignor a second member takes half of the partitions. */
    static void groupCooperativeRebalance(T t) throws Exception {
        rebalance(t, Map.of("partition.assignment.strategy", COOPERATIVE));
    }

    /** With the round robin assignor two members share the partitions. */
    static void groupRoundRobin(T t) throws Exception {
        rebalance(t, Map.of("partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.RoundRobinAssignor"));
    }

    private static void rebalance(T t, Map<String, Object> strategy) throws Exception {
        String topic = topic(t, 4);
        Map<String, Object> configs = member(t.name("group"));
        configs.putAll(strategy);
        Consumer<String, String> first = subscribed(t, topic, configs);
        t.step("joining the first member");
        share(t, List.of(first), List.of(4));
        Consumer<String, String> second = subscribed(t, topic, configs);
        t.step("joining the second member");
        share(t, List.of(first, second), List.of(2, 2));
        t.step("leaving");
        second.close();
        share(t, List.of(first), List.of(4));
    }

    /** A cooperative member keeps the partitions it does not lose: they are never revoked. */
    static void groupCooperativeKeepsPartitions(T t) throws Exception {
        String topic = topic(t, 4);
        Map<String, Object> configs =
                member(t.name("group"), "partition.assignment.strategy", COOPERATIVE);
        Consumer<String, String> first = consumer(t, configs);
        List<TopicPartition> revoked = new ArrayList<>();
        first.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                revoked.addAll(partitions);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
        });
        t.step("joining the first member");
        share(t, List.of(first), List.of(4));
        t.step("joining the second member");
        share(t, List.of(first, subscribed(t, topic, configs)), List.of(2, 2));
        t.equal("number of revoked partitions", revoked.size(), 2);
    }

    /** Members of different topics in one group get the partitions of their own topics. */
    static void groupDifferentSubscriptions(T t) throws Exception {
        String one = topic(t, 2);
        String two = topic(t, 3);
        String group = t.name("group");
        Consumer<String, String> first = subscribed(t, one, member(group));
        Consumer<String, String> second = subscribed(t, two, member(group));
        t.step("joining");
        share(t, List.of(first, second), List.of(2, 3));
        t.check(first.assignment().stream().allMatch(it -> it.topic().equals(one)), "wrong topic");
    }

    /** A group goes on at its committed offset. */
    static void groupGoesOnAtCommit(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 5);
        Consumer<String, String> first = subscribed(t, topic, member(group));
        t.step("consuming");
        poll(t, first, 5);
        t.step("committing 3");
        first.commitSync(Map.of(zero(topic), new OffsetAndMetadata(3, Optional.of(0), "note")));
        t.equal("committed", first.committed(Set.of(zero(topic))),
                Map.of(zero(topic), new OffsetAndMetadata(3, Optional.of(0), "note")));
        first.close();
        t.step("consuming again");
        t.equal("values", values(poll(t, subscribed(t, topic, member(group)), 2)), "3 4");
    }

    /** Closing a consumer with auto-commit commits its position. */
    static void groupAutoCommitOnClose(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 3);
        Consumer<String, String> first = subscribed(t, topic, member(group, "enable.auto.commit", "true"));
        t.step("consuming");
        poll(t, first, 3);
        t.step("closing");
        first.close();
        Consumer<String, String> second = consumer(t, member(group));
        t.equal("committed", second.committed(Set.of(zero(topic))).get(zero(topic)).offset(), 3L);
    }

    /** Asynchronous commits call back in order, and the last one counts. */
    static void groupCommitAsync(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Consumer<String, String> consumer = subscribed(t, topic, member(t.name("group")));
        t.step("consuming");
        poll(t, consumer, 3);
        t.step("committing");
        List<Object> called = new ArrayList<>();
        OffsetCommitCallback callback = (offsets, error) ->
                called.add(error == null ? offsets.get(zero(topic)).offset() : error);
        for (long offset = 1; offset <= 3; offset++) {
            consumer.commitAsync(Map.of(zero(topic), new OffsetAndMetadata(offset)), callback);
        }
        t.eventually(() -> {
            consumer.poll(Duration.ofMillis(20));
            return called.size() == 3;
        });
        t.equal("callbacks", called, List.of(1L, 2L, 3L));
        t.equal("committed", consumer.committed(Set.of(zero(topic))).get(zero(topic)).offset(), 3L);
    }

    /** Two groups read the same topic independently. */
    static void groupsAreIndependent(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        for (int i = 0; i < 2; i++) {
            t.step("consuming in group %d", i);
            Consumer<String, String> consumer = subscribed(t, topic, member(t.name("group")));
            t.equal("values", values(poll(t, consumer, 3)), "0 1 2");
            consumer.commitSync();
        }
    }

    /** An assigned consumer commits and finds offsets without being a member of its group. */
    static void groupCommitWithoutMembership(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 3);
        Consumer<String, String> first = Kit.fromStart(t, topic, member(group));
        t.step("consuming");
        poll(t, first, 3);
        t.step("committing");
        first.commitSync();
        first.close();
        t.step("going on");
        Consumer<String, String> second = Kit.fromStart(t, topic, member(group));
        pollNothing(t, second);
        t.equal("position", second.position(zero(topic)), 3L);
    }

    /** A static member that comes back in time gets its partitions without a rebalance of the others. */
    static void groupStaticMemberComesBack(T t) throws Exception {
        String topic = topic(t, 2);
        String group = t.name("group");
        Consumer<String, String> stays = consumer(t, member(group, "group.instance.id", "stays"));
        List<Integer> rebalances = new ArrayList<>();
        stays.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                rebalances.add(partitions.size());
            }
        });
        Consumer<String, String> goes = subscribed(t, topic, member(group, "group.instance.id", "goes"));
        t.step("joining");
        share(t, List.of(stays, goes), List.of(1, 1));
        Set<TopicPartition> had = goes.assignment();
        int before = rebalances.size();
        t.step("leaving for a moment");
        goes.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        Consumer<String, String> again = subscribed(t, topic, member(group, "group.instance.id", "goes"));
        t.step("coming back");
        share(t, List.of(stays, again), List.of(1, 1));
        t.equal("partitions", again.assignment(), had);
        t.equal("rebalances of the other member", rebalances.size(), before);
    }

    /** A second member with the same group.instance.id fences the first one. */
    static void groupStaticMemberIsFenced(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        Consumer<String, String> first = subscribed(t, topic, member(group, "group.instance.id", "same"));
        t.step("joining the first");
        share(t, List.of(first), List.of(1));
        t.step("joining the second");
        Consumer<String, String> second = subscribed(t, topic, member(group, "group.instance.id", "same"));
        share(t, List.of(second), List.of(1));
        t.step("polling the first");
        t.mustFail(FencedInstanceIdException.class, () -> t.eventually(() -> {
            first.poll(Duration.ofMillis(50));
            return false;
        }));
    }

    /** A member that does not poll within max.poll.interval.ms leaves, and its commit fails. */
    static void groupSlowMemberIsRemoved(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 1);
        Consumer<String, String> slow = subscribed(t, topic,
                member(group, "max.poll.interval.ms", "700", "heartbeat.interval.ms", "100"));
        t.step("consuming");
        poll(t, slow, 1);
        Consumer<String, String> other = subscribed(t, topic, member(group));
        t.step("waiting for its partition");
        share(t, List.of(other), List.of(1));
        t.step("committing too late");
        t.mustFail(CommitFailedException.class, slow::commitSync);
    }

    /** A member that vanishes without leaving is removed after its session timeout. */
    static void groupDeadMemberExpires(T t) throws Exception {
        String topic = topic(t, 2);
        String group = t.name("group");
        Map<String, Object> configs = member(group, "session.timeout.ms", "6000");
        Consumer<String, String> dies = subscribed(t, topic, configs);
        Consumer<String, String> stays = subscribed(t, topic, configs);
        t.step("joining");
        share(t, List.of(dies, stays), List.of(1, 1));
        t.step("closing without leaving");
        dies.close(CloseOptions.timeout(Duration.ofSeconds(1))
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        t.step("waiting for the session to expire");
        share(t, List.of(stays), List.of(2));
    }

    /** A pattern subscription follows topics that are created later. */
    static void groupPatternFindsNewTopics(T t) throws Exception {
        String first = topic(t, 1);
        Consumer<String, String> consumer =
                consumer(t, member(t.name("group"), "metadata.max.age.ms", "300"));
        String prefix = t.name("pattern");
        consumer.subscribe(Pattern.compile(first + "|" + prefix + ".*"));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        t.step("creating another topic");
        t.get(Kit.admin(t).createTopics(Set.of(
                new org.apache.kafka.clients.admin.NewTopic(prefix + "-new", 2, (short) 1))).all());
        share(t, List.of(consumer), List.of(3));
        t.get(Kit.admin(t).deleteTopics(Set.of(prefix + "-new")).all());
    }

    /** Partitions that are added to a topic are given to the group. */
    static void groupGetsNewPartitions(T t) throws Exception {
        String topic = topic(t, 1);
        Consumer<String, String> consumer =
                subscribed(t, topic, member(t.name("group"), "metadata.max.age.ms", "300"));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        t.step("adding partitions");
        t.get(Kit.admin(t).createPartitions(Map.of(topic,
                org.apache.kafka.clients.admin.NewPartitions.increaseTo(3))).all());
        share(t, List.of(consumer), List.of(3));
    }

    /** unsubscribe leaves the group, and the member may come back. */
    static void groupUnsubscribeAndReturn(T t) throws Exception {
        String topic = topic(t, 2);
        String group = t.name("group");
        Consumer<String, String> consumer = subscribed(t, topic, member(group));
        t.step("joining");
        share(t, List.of(consumer), List.of(2));
        t.step("unsubscribing");
        consumer.unsubscribe();
        t.eventually(() -> t.get(Kit.admin(t).describeConsumerGroups(Set.of(group)).all())
                .get(group).members().isEmpty());
        t.step("joining again");
        consumer.subscribe(List.of(topic));
        share(t, List.of(consumer), List.of(2));
    }

    /** enforceRebalance makes the group rebalance once more. */
    static void groupEnforceRebalance(T t) throws Exception {
        String topic = topic(t, 1);
        Consumer<String, String> consumer = subscribed(t, topic, member(t.name("group")));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        int generation = consumer.groupMetadata().generationId();
        t.step("rebalancing");
        consumer.enforceRebalance("the scenario wants it");
        t.eventually(() -> {
            consumer.poll(Duration.ofMillis(50));
            return consumer.groupMetadata().generationId() > generation;
        });
    }
}
