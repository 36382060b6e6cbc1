package wirekafka.compat;

import static wirekafka.compat.Kit.consumer;
import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.share;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;
import static wirekafka.compat.Kit.zero;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidRegularExpression;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;
import org.apache.kafka.common.errors.UnsupportedAssignorException;

/** KafkaConsumer with group.protocol=consumer (KIP-848). */
final class NextGroups {
    private NextGroups() {}

    private static Map<String, Object> member(String group, Object... more) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("group.protocol", "consumer");
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

    /**
     * The only member of a consumer group gets all partitions and their records.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupOneMember(T t) throws Exception {
        String topic = topic(t, 3);
        fill(t, topic, 3);
        Consumer<String, String> consumer = subscribed(t, topic, member(t.name("group")));
        t.step("consuming");
        t.equal("values", values(poll(t, consumer, 3)), "0 1 2");
        t.equal("partitions", consumer.assignment().size(), 3);
    }

    /**
     * Two members of a consumer group share the partitions; when one closes, the other gets all.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 40
     */
    static void consumerGroupTwoMembersShare(T t) throws Exception {
        String topic = topic(t, 4);
        Map<String, Object> configs = member(t.name("group"));
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

    /**
     * A consumer group goes on at its committed offset.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupGoesOnAtCommit(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 5);
        Consumer<String, String> first = subscribed(t, topic, member(group));
        t.step("consuming");
        poll(t, first, 5);
        t.step("committing 3");
        first.commitSync(Map.of(zero(topic), new OffsetAndMetadata(3, "note")));
        t.equal("committed", first.committed(Set.of(zero(topic))).get(zero(topic)).metadata(), "note");
        first.close();
        t.step("consuming again");
        t.equal("values", values(poll(t, subscribed(t, topic, member(group)), 2)), "3 4");
    }

    /**
     * The range assignor of the broker may be asked for by name.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupRangeAssignor(T t) throws Exception {
        String topic = topic(t, 2);
        Consumer<String, String> consumer =
                subscribed(t, topic, member(t.name("group"), "group.remote.assignor", "range"));
        t.step("joining");
        share(t, List.of(consumer), List.of(2));
    }

    /**
     * An assignor that the broker does not have is refused.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupUnknownAssignor(T t) throws Exception {
        String topic = topic(t, 1);
        Consumer<String, String> consumer =
                subscribed(t, topic, member(t.name("group"), "group.remote.assignor", "no-such"));
        t.step("joining");
        t.mustFail(UnsupportedAssignorException.class, () -> share(t, List.of(consumer), List.of(1)));
    }

    /**
     * A pattern is resolved by the broker, and follows topics that are created later.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 60
     *
     * <p>Kafka looks for new topics every ten seconds, and tells with a heartbeat, every five.
     */
    static void consumerGroupPattern(T t) throws Exception {
        String prefix = t.name("pattern");
        var admin = Kit.admin(t);
        t.get(admin.createTopics(Set.of(
                new org.apache.kafka.clients.admin.NewTopic(prefix + "-a", 1, (short) 1))).all());
        Consumer<String, String> consumer =
                consumer(t, member(t.name("group"), "metadata.max.age.ms", "300"));
        consumer.subscribe(new SubscriptionPattern(prefix + "-[ab]"));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        t.step("creating another topic");
        t.get(admin.createTopics(Set.of(
                new org.apache.kafka.clients.admin.NewTopic(prefix + "-b", 2, (short) 1))).all());
        share(t, List.of(consumer), List.of(3));
        t.get(admin.deleteTopics(Set.of(prefix + "-a", prefix + "-b")).all());
    }

    /**
     * A pattern that is no regular expression is refused by the broker.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupInvalidPattern(T t) throws Exception {
        Consumer<String, String> consumer = consumer(t, member(t.name("group")));
        consumer.subscribe(new SubscriptionPattern("(["));
        t.step("joining");
        t.mustFail(InvalidRegularExpression.class, () -> share(t, List.of(consumer), List.of(1)));
    }

    /**
     * A second member with the same group.instance.id is refused while the first one lives.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupStaticMember(T t) throws Exception {
        String topic = topic(t, 1);
        Map<String, Object> configs = member(t.name("group"), "group.instance.id", "same");
        Consumer<String, String> first = subscribed(t, topic, configs);
        t.step("joining the first");
        share(t, List.of(first), List.of(1));
        t.step("joining the second");
        Consumer<String, String> second = subscribed(t, topic, configs);
        t.mustFail(UnreleasedInstanceIdException.class, () -> share(t, List.of(second), List.of(1)));
        t.step("coming back");
        first.close();
        share(t, List.of(subscribed(t, topic, configs)), List.of(1));
    }

    /**
     * A static member that comes back has its partitions again, and the others keep theirs.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 60
     */
    static void consumerGroupStaticMemberComesBack(T t) throws Exception {
        String topic = topic(t, 4);
        String group = t.name("group");
        Consumer<String, String> stays = subscribed(t, topic, member(group));
        Consumer<String, String> goes = subscribed(t, topic, member(group, "group.instance.id", "goes"));
        t.step("joining");
        share(t, List.of(stays, goes), List.of(2, 2));
        Set<TopicPartition> had = goes.assignment();
        Set<TopicPartition> kept = stays.assignment();
        t.step("leaving for a moment");
        goes.close();
        t.eventually(() -> {
            stays.poll(Duration.ofMillis(50));
            return staticMembers(t, group) == 1;
        });
        t.equal("partitions of the other meanwhile", stays.assignment(), kept);
        t.step("coming back");
        Consumer<String, String> again = subscribed(t, topic, member(group, "group.instance.id", "goes"));
        share(t, List.of(stays, again), List.of(2, 2));
        t.equal("partitions", again.assignment(), had);
        t.equal("partitions of the other", stays.assignment(), kept);
    }

    private static long staticMembers(T t, String group) {
        return t.get(Kit.admin(t).describeConsumerGroups(Set.of(group)).all()).get(group).members().stream()
                .filter(member -> member.groupInstanceId().isPresent()).count();
    }

    /**
     * A classic member and a member of the new protocol share one group while it is upgraded.
     * FEATURE: consumer groups (KIP-848)
     * LIMIT: 40
     */
    static void consumerGroupUpgrade(T t) throws Exception {
        String topic = topic(t, 4);
        String group = t.name("group");
        Consumer<String, String> classic = subscribed(t, topic, Map.of("group.id", group));
        t.step("joining the classic member");
        share(t, List.of(classic), List.of(4));
        t.step("joining the new member");
        Consumer<String, String> next = subscribed(t, topic, member(group));
        share(t, List.of(classic, next), List.of(2, 2));
        t.step("leaving the classic member");
        classic.close();
        share(t, List.of(next), List.of(4));
    }

    /**
     * A consumer group is described with its type, state, epochs and assignor.
     * FEATURE: consumer groups (KIP-848)
     */
    static void consumerGroupDescribe(T t) throws Exception {
        String topic = topic(t, 2);
        String group = t.name("group");
        Consumer<String, String> consumer = subscribed(t, topic, member(group));
        t.step("joining");
        share(t, List.of(consumer), List.of(2));
        t.step("describing");
        var admin = Kit.admin(t);
        t.eventually(() -> {
            consumer.poll(Duration.ofMillis(20));
            var found = t.get(admin.describeConsumerGroups(Set.of(group)).all()).get(group);
            return found.groupState() == GroupState.STABLE && found.type() == GroupType.CONSUMER
                    && found.members().size() == 1 && found.groupEpoch().isPresent()
                    && found.partitionAssignor().equals("uniform");
        });
    }
}
