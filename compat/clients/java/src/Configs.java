package wirekafka.compat;

import static wirekafka.compat.Kit.admin;
import static wirekafka.compat.Kit.topic;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Admin: configs of topics, brokers and groups. */
final class Configs {
    private Configs() {}

    private static ConfigResource of(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static Config describe(T t, Admin admin, ConfigResource resource) {
        return t.get(admin.describeConfigs(Set.of(resource)).all()).get(resource);
    }

    private static void alter(T t, Admin admin, ConfigResource resource, AlterConfigOp... operations) {
        t.get(admin.incrementalAlterConfigs(
                Map.<ConfigResource, Collection<AlterConfigOp>>of(resource, List.of(operations))).all());
    }

    private static AlterConfigOp operation(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private static ConfigResource broker(T t, Admin admin) {
        int id = t.get(admin.describeCluster().nodes()).iterator().next().id();
        return new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(id));
    }

    /** A topic's configs say where each value comes from and of what type it is. */
    static void configsOfTopic(T t) {
        Admin admin = admin(t);
        String topic = topic(t, 1, Map.of("retention.ms", "777"));
        t.step("describing");
        Config found = t.get(admin.describeConfigs(Set.of(of(topic)),
                new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true)).all())
                .get(of(topic));
        ConfigEntry set = found.get("retention.ms");
        t.equal("value", set.value(), "777");
        t.equal("source", set.source(), ConfigSource.DYNAMIC_TOPIC_CONFIG);
        t.equal("type", set.type(), ConfigEntry.ConfigType.LONG);
        t.equal("synonyms", set.synonyms().stream().map(one -> one.name() + "=" + one.value()).toList(),
                List.of("retention.ms=777"));
        t.check(set.documentation() != null && !set.documentation().isEmpty(), "no documentation");
        ConfigEntry left = found.get("cleanup.policy");
        t.equal("value", left.value(), "delete");
        t.equal("source", left.source(), ConfigSource.DEFAULT_CONFIG);
        t.equal("type", left.type(), ConfigEntry.ConfigType.LIST);
    }

    /** Incremental changes set, delete, append to and subtract from values. */
    static void configsAlterIncrementally(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("setting");
        alter(t, admin, of(topic), operation(OpType.SET, "retention.ms", "555"),
                operation(OpType.APPEND, "cleanup.policy", "compact"));
        t.eventually(() -> describe(t, admin, of(topic)).get("retention.ms").value().equals("555"));
        t.equal("policy", describe(t, admin, of(topic)).get("cleanup.policy").value(), "delete,compact");
        t.step("deleting");
        alter(t, admin, of(topic), operation(OpType.DELETE, "retention.ms", ""),
                operation(OpType.SUBTRACT, "cleanup.policy", "delete"));
        t.eventually(() -> describe(t, admin, of(topic)).get("retention.ms").value().equals("604800000"));
        t.equal("policy", describe(t, admin, of(topic)).get("cleanup.policy").value(), "compact");
    }

    /** Unknown keys and bad values are refused, and nothing of the request is applied. */
    static void configsInvalid(T t) {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("setting an unknown key");
        t.mustFail(InvalidConfigurationException.class, () -> alter(t, admin, of(topic),
                operation(OpType.SET, "retention.ms", "5"), operation(OpType.SET, "no.such.key", "1")));
        t.step("setting a bad value");
        t.mustFail(InvalidConfigurationException.class, () -> alter(t, admin, of(topic),
                operation(OpType.SET, "retention.ms", "long")));
        t.equal("value", describe(t, admin, of(topic)).get("retention.ms").value(), "604800000");
    }

    /** With validateOnly nothing is changed. */
    static void configsValidateOnly(T t) {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("validating");
        t.get(admin.incrementalAlterConfigs(Map.<ConfigResource, Collection<AlterConfigOp>>of(of(topic),
                List.of(operation(OpType.SET, "retention.ms", "5"))),
                new AlterConfigsOptions().validateOnly(true)).all());
        t.equal("value", describe(t, admin, of(topic)).get("retention.ms").value(), "604800000");
    }

    /** Configs of a topic that does not exist are an error. */
    static void configsOfMissingTopic(T t) {
        Admin admin = admin(t);
        t.step("describing");
        t.mustFail(UnknownTopicOrPartitionException.class, () -> describe(t, admin, of(t.name("none"))));
    }

    /** A broker's configs have its static values and its defaults, and mark what is read-only. */
    static void configsOfBroker(T t) {
        Admin admin = admin(t);
        t.step("describing");
        Config found = describe(t, admin, broker(t, admin));
        t.equal("source of num.io.threads", found.get("num.io.threads").source(),
                ConfigSource.DEFAULT_CONFIG);
        t.check(found.get("node.id").isReadOnly(), "node.id can be changed");
        t.check(!found.get("log.retention.ms").isReadOnly(), "log.retention.ms cannot be changed");
        t.check(found.entries().size() > 200, "%d entries", found.entries().size());
        t.check(found.entries().stream().allMatch(one -> !one.isSensitive() || one.value() == null),
                "a sensitive value is shown");
    }

    /** A dynamic config of a broker is set, shown with its source, and removed. */
    static void configsAlterBroker(T t) throws Exception {
        Admin admin = admin(t);
        ConfigResource broker = broker(t, admin);
        t.step("setting");
        alter(t, admin, broker, operation(OpType.SET, "log.cleaner.threads", "2"));
        t.eventually(() -> describe(t, admin, broker).get("log.cleaner.threads").value().equals("2"));
        t.equal("source", describe(t, admin, broker).get("log.cleaner.threads").source(),
                ConfigSource.DYNAMIC_BROKER_CONFIG);
        t.step("deleting");
        alter(t, admin, broker, operation(OpType.DELETE, "log.cleaner.threads", ""));
        t.eventually(() -> describe(t, admin, broker).get("log.cleaner.threads").value().equals("1"));
    }

    /** A config for all brokers is shown by the default resource and by each broker. */
    static void configsAlterAllBrokers(T t) throws Exception {
        Admin admin = admin(t);
        ConfigResource all = new ConfigResource(ConfigResource.Type.BROKER, "");
        t.step("setting");
        alter(t, admin, all, operation(OpType.SET, "background.threads", "9"));
        t.eventually(() -> describe(t, admin, all).get("background.threads") != null);
        ConfigEntry found = describe(t, admin, broker(t, admin)).get("background.threads");
        t.equal("value", found.value(), "9");
        t.equal("source", found.source(), ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
        t.step("deleting");
        alter(t, admin, all, operation(OpType.DELETE, "background.threads", ""));
    }

    /** A read-only config of a broker cannot be changed. */
    static void configsReadOnly(T t) {
        Admin admin = admin(t);
        t.step("setting");
        t.mustFail(org.apache.kafka.common.errors.InvalidRequestException.class, () -> alter(t, admin,
                broker(t, admin), operation(OpType.SET, "log.dirs", "/elsewhere")));
    }

    /** Configs of a group are set and described. */
    static void configsOfGroup(T t) throws Exception {
        Admin admin = admin(t);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, t.name("group"));
        t.step("setting");
        alter(t, admin, group, operation(OpType.SET, "consumer.session.timeout.ms", "50000"));
        t.eventually(() -> describe(t, admin, group).get("consumer.session.timeout.ms").value()
                .equals("50000"));
        t.step("deleting");
        alter(t, admin, group, operation(OpType.DELETE, "consumer.session.timeout.ms", ""));
    }

    /**
     * The resources that have configs are listed by type.
     * FEATURE: admin API ListConfigResources
     */
    static void configsListResources(T t) {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("listing");
        t.check(t.get(admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC),
                new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all())
                .contains(of(topic)), "the topic is not listed");
    }

    /** The broker says which features it has and at which level they are. */
    static void configsDescribeFeatures(T t) {
        Admin admin = admin(t);
        t.step("describing");
        FeatureMetadata found = t.get(admin.describeFeatures().featureMetadata());
        t.check(found.finalizedFeatures().containsKey("metadata.version"), "%s", found);
        t.check(found.supportedFeatures().containsKey("metadata.version"), "%s", found);
    }
}
