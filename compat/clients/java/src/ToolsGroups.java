package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.share;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/** kafka-consumer-groups, kafka-groups, kafka-share-groups, kafka-streams-groups. */
final class ToolsGroups {
    private static final String GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

    private ToolsGroups() {}

    private static Tool groups(T t, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = t.bootstrap;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return Tool.run(t, GROUPS, all);
    }

    private static void contains(T t, Tool done, String... parts) {
        String text = done.output().replaceAll("[ \t]+", " ");
        for (String part : parts) {
            t.check(text.contains(part), "%s is missing in: %s", part, done.output().strip());
        }
    }

    private static void commit(T t, String topic, String group, long offset) {
        Consumer<String, String> consumer = Kit.consumer(t, Map.of("group.id", group));
        consumer.assign(List.of(zero(topic)));
        t.step("committing");
        consumer.commitSync(Map.of(zero(topic), new OffsetAndMetadata(offset)));
    }

    /** kafka-consumer-groups describes a live group: offsets and lag, members, state. */
    static void toolConsumerGroupsOfLiveGroup(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 10);
        Consumer<String, String> consumer =
                Kit.consumer(t, Map.of("group.id", group, "client.id", "the-client"));
        consumer.subscribe(List.of(topic));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        consumer.commitSync(Map.of(zero(topic), new OffsetAndMetadata(4)));
        contains(t, groups(t, "--describe", "--group", group), group + " " + topic + " 0 4 10 6 the-client-",
                "/127.0.0.1 the-client");
        contains(t, groups(t, "--describe", "--group", group, "--members", "--verbose"), "/127.0.0.1",
                "the-client 1", topic + ":0");
        contains(t, groups(t, "--describe", "--group", group, "--state"), "range", "Stable 1");
        contains(t, groups(t, "--list", "--state"), group + " Stable");
        contains(t, groups(t, "--list", "--type"), group + " Classic");
    }

    /** kafka-consumer-groups resets the offsets of an empty group: to the start, by a shift, to a file. */
    static void toolConsumerGroupsResetsOffsets(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        fill(t, topic, 10);
        commit(t, topic, group, 5);
        contains(t, groups(t, "--reset-offsets", "--group", group, "--topic", topic, "--to-earliest",
                "--dry-run"), group + " " + topic + " 0 0");
        contains(t, groups(t, "--reset-offsets", "--group", group, "--topic", topic, "--shift-by", "2",
                "--execute"), topic + " 0 7");
        contains(t, groups(t, "--describe", "--group", group), topic + " 0 7 10 3");
        contains(t, groups(t, "--reset-offsets", "--group", group, "--all-topics", "--to-latest", "--execute"),
                topic + " 0 10");
        contains(t, groups(t, "--reset-offsets", "--group", group, "--topic", topic, "--to-datetime",
                "2020-01-01T00:00:00.000", "--execute"), topic + " 0 0");
    }

    /** kafka-consumer-groups deletes offsets of a topic, and a group. */
    static void toolConsumerGroupsDeletes(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        commit(t, topic, group, 5);
        contains(t, groups(t, "--delete-offsets", "--group", group, "--topic", topic), "Successful");
        commit(t, topic, group, 5);
        contains(t, groups(t, "--delete", "--group", group), "was successful");
        t.check(!groups(t, "--list").output().contains(group), "it is still listed");
    }

    /** kafka-consumer-groups says that a group does not exist, and describes all groups. */
    static void toolConsumerGroupsOfMissingGroup(T t) throws Exception {
        String group = t.name("none");
        Tool done = Tool.runWithInput(t, GROUPS, "", "--bootstrap-server", t.bootstrap, "--describe", "--group",
                group);
        contains(t, done, "Group " + group + " not found");
        groups(t, "--describe", "--all-groups");
    }

    /** kafka-groups lists a group with type and protocol. */
    static void toolGroups(T t) throws Exception {
        String topic = topic(t, 1);
        String group = t.name("group");
        Consumer<String, String> consumer = Kit.consumer(t, Map.of("group.id", group));
        consumer.subscribe(List.of(topic));
        t.step("joining");
        share(t, List.of(consumer), List.of(1));
        contains(t, Tool.run(t, "org.apache.kafka.tools.GroupsCommand", "--bootstrap-server", t.bootstrap,
                "--list"), group + " Classic consumer");
    }

    /** kafka-share-groups lists no group that is none. */
    static void toolShareGroups(T t) throws Exception {
        Tool.run(t, "org.apache.kafka.tools.consumer.group.ShareGroupCommand", "--bootstrap-server",
                t.bootstrap, "--list");
    }

    /** kafka-streams-groups lists no group that is none. */
    static void toolStreamsGroups(T t) throws Exception {
        Tool.run(t, "org.apache.kafka.tools.streams.StreamsGroupCommand", "--bootstrap-server", t.bootstrap,
                "--list");
    }
}
