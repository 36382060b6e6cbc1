package wirekafka.compat;

import static wirekafka.compat.Kit.admin;
import static wirekafka.compat.Kit.consumer;
import static wirekafka.compat.Kit.share;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Admin: groups and their offsets. */
final class GroupAdmin {
    private GroupAdmin() {}

    private static Consumer<String, String> joined(T t, String topic, String group, Map<String, ?> more)
            throws Exception {
        Map<String, Object> configs = new HashMap<>(more);
        configs.put("group.id", group);
        Consumer<String, String> consumer = consumer(t, configs);
        consumer.subscribe(List.of(topic));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        return consumer;
    }

    private static void commit(T t, String topic, String group, long offset) {
        Consumer<String, String> consumer = consumer(t, Map.of("group.id", group));
        consumer.assign(List.of(zero(topic)));
        t.step("committing");
        consumer.commitSync(Map.of(zero(topic), new OffsetAndMetadata(offset)));
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(T t, Admin admin, String group) {
        return t.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }

    /** A group with a member is described: state, coordinator, member, host, client id, assignment. */
    static void groupDescribe(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        Admin admin = admin(t);
        joined(t, topic, group, Map.of("client.id", "my-client", "group.instance.id", "my-instance"));
        t.step("describing");
        ConsumerGroupDescription found =
                t.get(admin.describeConsumerGroups(Set.of(group)).all()).get(group);
        t.equal("state", found.groupState(), GroupState.STABLE);
        t.equal("type", found.type(), GroupType.CLASSIC);
        t.equal("assignor", found.partitionAssignor(), "range");
        t.check(found.coordinator() != null && !found.isSimpleConsumerGroup(), "%s", found);
        var member = found.members().iterator().next();
        t.equal("client id", member.clientId(), "my-client");
        t.equal("instance", member.groupInstanceId().get(), "my-instance");
        t.equal("host", member.host(), "/127.0.0.1");
        t.equal("assignment", member.assignment().topicPartitions(), Set.of(zero(topic)));
    }

    /** Groups are listed with type and state, filtered by both. */
    static void groupList(T t) throws Exception {
        String topic = topic(t, 1);
        String live = t.name("live");
        String empty = t.name("empty");
        Admin admin = admin(t);
        joined(t, topic, live, Map.of());
        commit(t, topic, empty, 1);
        t.step("listing");
        Set<String> ours = Set.of(live, empty);
        t.equal("all", names(t, admin, new ListGroupsOptions(), ours), ours);
        t.equal("stable",
                names(t, admin, new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE)), ours),
                Set.of(live));
        t.equal("classic",
                names(t, admin, new ListGroupsOptions().withTypes(Set.of(GroupType.CLASSIC)), ours),
                ours);
        t.equal("of the new protocol",
                names(t, admin, new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER)), ours),
                Set.of());
        t.equal("consumer groups", names(t, admin, ListGroupsOptions.forConsumerGroups(), ours), ours);
    }

    private static Set<String> names(T t, Admin admin, ListGroupsOptions options, Set<String> among) {
        return t.get(admin.listGroups(options).all()).stream().map(GroupListing::groupId)
                .filter(among::contains).collect(java.util.stream.Collectors.toSet());
    }

    /** A group that does not exist is an error when it is described. */
    static void groupDescribeMissing(T t) {
        Admin admin = admin(t);
        String group = t.name("none");
        t.step("describing");
        t.mustFail(GroupIdNotFoundException.class,
                () -> t.get(admin.describeConsumerGroups(Set.of(group)).all()));
        t.step("describing as a classic group");
        t.mustFail(GroupIdNotFoundException.class,
                () -> t.get(admin.describeClassicGroups(Set.of(group)).all()));
    }

    /** Offsets of an empty group are listed, altered and deleted. */
    static void groupOffsets(T t) {
        String topic = topic(t, 2);
        String group = t.name("group");
        Admin admin = admin(t);
        commit(t, topic, group, 5);
        TopicPartition one = new TopicPartition(topic, 1);
        t.step("altering");
        t.get(admin.alterConsumerGroupOffsets(group, Map.of(one, new OffsetAndMetadata(9, "note"))).all());
        t.equal("offsets", offsets(t, admin, group),
                Map.of(zero(topic), new OffsetAndMetadata(5), one, new OffsetAndMetadata(9, "note")));
        t.step("deleting");
        t.get(admin.deleteConsumerGroupOffsets(group, Set.of(one)).all());
        t.equal("offsets", offsets(t, admin, group).keySet(), Set.of(zero(topic)));
    }

    /** Offsets of several groups come with one call. */
    static void groupOffsetsOfSeveral(T t) {
        String topic = topic(t, 1);
        List<String> groups = List.of(t.name("a"), t.name("b"));
        Admin admin = admin(t);
        for (int i = 0; i < 2; i++) {
            commit(t, topic, groups.get(i), i);
        }
        t.step("listing");
        var spec = new org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec();
        var found = t.get(admin.listConsumerGroupOffsets(
                Map.of(groups.get(0), spec, groups.get(1), spec)).all());
        for (int i = 0; i < 2; i++) {
            t.equal("offset", found.get(groups.get(i)).get(zero(topic)).offset(), (long) i);
        }
    }

    /** Offsets of a live group are neither altered nor deleted. */
    static void groupOffsetsWhileLive(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        Admin admin = admin(t);
        joined(t, topic, group, Map.of()).commitSync();
        t.step("altering");
        t.mustFail(UnknownMemberIdException.class, () -> t.get(
                admin.alterConsumerGroupOffsets(group, Map.of(zero(topic), new OffsetAndMetadata(9))).all()));
        t.step("deleting");
        t.mustFail(GroupSubscribedToTopicException.class,
                () -> t.get(admin.deleteConsumerGroupOffsets(group, Set.of(zero(topic))).all()));
    }

    /** An empty group is deleted with its offsets; a live one and an unknown one are errors. */
    static void groupDelete(T t) throws Exception {
        String topic = topic(t, 1);
        String live = t.name("live");
        String empty = t.name("empty");
        Admin admin = admin(t);
        joined(t, topic, live, Map.of());
        commit(t, topic, empty, 1);
        t.step("deleting the live group");
        t.mustFail(GroupNotEmptyException.class, () -> t.get(admin.deleteConsumerGroups(Set.of(live)).all()));
        t.step("deleting the empty group");
        t.get(admin.deleteConsumerGroups(Set.of(empty)).all());
        t.equal("offsets", offsets(t, admin, empty), Map.of());
        t.step("deleting it again");
        t.mustFail(GroupIdNotFoundException.class,
                () -> t.get(admin.deleteConsumerGroups(Set.of(empty)).all()));
    }

    /** Static members are removed by name, and all members at once. */
    static void groupRemoveMembers(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        Admin admin = admin(t);
        joined(t, topic, group, Map.of("group.instance.id", "one"));
        t.step("removing a member that is not there");
        t.mustFail(UnknownMemberIdException.class, () -> t.get(admin.removeMembersFromConsumerGroup(group,
                new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("two")))).all()));
        t.step("removing the member");
        t.get(admin.removeMembersFromConsumerGroup(group,
                new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one")))).all());
        t.eventually(() -> t.get(admin.describeConsumerGroups(Set.of(group)).all()).get(group)
                .groupState() == GroupState.EMPTY);
        t.step("removing all members");
        String other = t.name("other");
        joined(t, topic, other, Map.of());
        t.get(admin.removeMembersFromConsumerGroup(other, new RemoveMembersFromConsumerGroupOptions()).all());
    }
}
