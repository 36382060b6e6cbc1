package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/** KafkaShareConsumer (KIP-932). */
final class ShareGroups {
    private ShareGroups() {}

    private static KafkaShareConsumer<String, String> subscribed(T t, String topic, String group,
            Map<String, String> more) {
        var earliest = new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"),
                AlterConfigOp.OpType.SET);
        t.step("configuring the group");
        t.get(Kit.admin(t).incrementalAlterConfigs(Map.<ConfigResource, Collection<AlterConfigOp>>of(
                new ConfigResource(ConfigResource.Type.GROUP, group), Set.of(earliest))).all());
        Map<String, Object> configs = Kit.configs(t, more);
        configs.put("group.id", group);
        var consumer = new KafkaShareConsumer<>(configs, new StringDeserializer(), new StringDeserializer());
        t.cleanup(() -> consumer.close(java.time.Duration.ofSeconds(1)));
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private static List<ConsumerRecord<String, String>> poll(T t, KafkaShareConsumer<String, String> consumer,
            int count) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        while (found.size() < count) {
            t.check(t.millisLeft() > 0, "%d of %d records came", found.size(), count);
            consumer.poll(Kit.POLL).forEach(found::add);
        }
        return found;
    }

    /**
     * A share consumer gets every record once, with a delivery count of one.
     * FEATURE: share groups
     */
    static void shareGroupConsumes(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 5);
        var consumer = subscribed(t, topic, t.name("share"), Map.of());
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, consumer, 5);
        t.equal("values", Kit.values(found), "0 1 2 3 4");
        t.equal("delivery count", found.get(0).deliveryCount().get(), (short) 1);
    }

    /**
     * A released record is delivered again with a higher count, a rejected one is not.
     * FEATURE: share groups
     */
    static void shareGroupReleasesAndRejects(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 2);
        var consumer = subscribed(t, topic, t.name("share"),
                Map.of("share.acknowledgement.mode", "explicit"));
        t.step("consuming");
        List<ConsumerRecord<String, String>> found = poll(t, consumer, 2);
        consumer.acknowledge(found.get(0), AcknowledgeType.REJECT);
        consumer.acknowledge(found.get(1), AcknowledgeType.RELEASE);
        consumer.commitSync();
        t.step("consuming again");
        List<ConsumerRecord<String, String>> again = poll(t, consumer, 1);
        t.equal("value", Kit.values(again), "1");
        t.equal("delivery count", again.get(0).deliveryCount().get(), (short) 2);
        consumer.acknowledge(again.get(0), AcknowledgeType.ACCEPT);
    }
}
