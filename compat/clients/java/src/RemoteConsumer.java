package wirekafka.compat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a group that polls in a thread of its own and keeps what it reads. */
final class RemoteConsumer {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final KafkaConsumer<String, String> consumer;
    private final Thread thread;
    private final List<Map<String, Object>> records = new ArrayList<>();
    private final Set<String> errors = new LinkedHashSet<>();
    private volatile boolean stopped;

    RemoteConsumer(JsonNode asked) {
        Map<String, Object> configs = Remote.configs(asked);
        configs.put("group.id", asked.get("group").asText());
        configs.put("auto.offset.reset", Remote.text(asked, "reset", "earliest"));
        configs.put("enable.auto.commit", false);
        configs.put("allow.auto.create.topics", asked.path("auto_create").asBoolean());
        configs.put("isolation.level", asked.path("committed").asBoolean() ? "read_committed" : "read_uncommitted");
        configs.put("request.timeout.ms", (int) Remote.number(asked, "request_timeout_ms", 10_000));
        String protocol = Remote.text(asked, "protocol", "classic");
        configs.put("group.protocol", protocol);
        if (protocol.equals("classic")) {
            configs.put("session.timeout.ms", (int) Remote.number(asked, "session_ms", 45_000));
            configs.put("heartbeat.interval.ms", (int) Remote.number(asked, "heartbeat_ms", 3_000));
        }
        if (asked.hasNonNull("instance_id")) {
            configs.put("group.instance.id", asked.get("instance_id").asText());
        }
        consumer = new KafkaConsumer<>(configs, new StringDeserializer(), new StringDeserializer());
        String topic = asked.get("topic").asText();
        if (asked.path("pattern").asBoolean()) {
            consumer.subscribe(Pattern.compile(topic));
        } else {
            consumer.subscribe(Set.of(topic));
        }
        thread = new Thread(this::read, asked.get("who").asText());
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        while (!stopped) {
            try {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    keep(records, shown(record));
                }
            } catch (RuntimeException thrown) {
                keep(errors, thrown.getClass().getSimpleName());
            }
        }
        consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
    }

    private static Map<String, Object> shown(ConsumerRecord<String, String> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers().forEach(one -> headers.put(one.key(), new String(one.value(), StandardCharsets.UTF_8)));
        Map<String, Object> shown = new HashMap<>(); // key and value may be null
        shown.put("partition", record.partition());
        shown.put("offset", record.offset());
        shown.put("timestamp", record.timestamp());
        shown.put("key", record.key());
        shown.put("value", record.value());
        shown.put("headers", headers);
        return shown;
    }

    private <E> void keep(Collection<E> where, E what) {
        synchronized (records) {
            where.add(what);
            records.notifyAll();
        }
    }

    /** What came so far, as soon as there are count records or the time is up. */
    Map<String, Object> records(int count, long ms) throws InterruptedException {
        long end = System.nanoTime() + ms * 1_000_000;
        synchronized (records) {
            while (records.size() < count && System.nanoTime() < end) {
                records.wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
            return Map.of("records", List.copyOf(records), "errors", List.copyOf(errors));
        }
    }

    void close() throws InterruptedException {
        stopped = true;
        thread.join(5_000);
    }
}
