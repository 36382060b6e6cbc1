package wirekafka.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients that do what they are told: a line of JSON in (id, do, who, …), a line out (id, and ok or
 * error). `compat/instrument` proves by it what the instrument does to clients of this language; its
 * remote.py says what each command means. Commands run at the same time, those to one client in turn.
 */
final class Remote {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
    private static final int LIMIT_S = 60;

    private final PrintStream answers = System.out;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, KafkaProducer<String, String>> producers = new ConcurrentHashMap<>();
    private final Map<String, RemoteConsumer> consumers = new ConcurrentHashMap<>();
    private final Map<String, Admin> admins = new ConcurrentHashMap<>();

    private Remote() {}

    public static void main(String[] arguments) throws Exception {
        Remote remote = new Remote();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode asked = JSON.readTree(line);
            remote.threads.submit(() -> remote.answer(asked));
        }
        // Not exit(0): clients that hang must not keep the process.
        Runtime.getRuntime().halt(0);
    }

    private void answer(JsonNode asked) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("id", asked.get("id").asInt());
        try {
            told.put("ok", obey(asked));
        } catch (Throwable thrown) {
            Throwable cause = thrown instanceof java.util.concurrent.ExecutionException ? thrown.getCause() : thrown;
            told.put("error", cause.getClass().getSimpleName() + ": " + cause.getMessage());
        }
        try {
            String line = JSON.writeValueAsString(told);
            synchronized (answers) {
                answers.println(line);
                answers.flush();
            }
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
    }

    private Map<String, Object> obey(JsonNode asked) throws Exception {
        String who = text(asked, "who", "");
        return switch (asked.get("do").asText()) {
            case "producer" -> {
                producers.put(who, newProducer(asked));
                yield Map.of();
            }
            case "send" -> Map.of("offsets", send(producers.get(who), asked));
            case "measure" -> Map.of("ms", measure(producers.get(who), asked));
            case "begin" -> {
                producers.get(who).beginTransaction();
                yield Map.of();
            }
            case "commit" -> {
                producers.get(who).commitTransaction();
                yield Map.of();
            }
            case "abort" -> {
                producers.get(who).abortTransaction();
                yield Map.of();
            }
            case "consumer" -> {
                consumers.put(who, new RemoteConsumer(asked));
                yield Map.of();
            }
            case "admin" -> {
                admins.put(who, newAdmin(asked));
                yield Map.of();
            }
            case "records" -> consumers.get(who).records(asked.get("count").asInt(), number(asked, "ms", 20_000));
            case "close" -> {
                close(who);
                yield Map.of();
            }
            case "http" -> Map.of("answer", http(asked.get("url").asText()));
            default -> throw new IllegalArgumentException("unknown command");
        };
    }

    /** Configs that are the same for all clients. */
    static Map<String, Object> configs(JsonNode asked) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("bootstrap.servers", asked.get("bootstrap").asText());
        configs.put("client.id", text(asked, "client_id", asked.get("who").asText()));
        configs.put("reconnect.backoff.ms", 20);
        configs.put("reconnect.backoff.max.ms", 200);
        configs.put("retry.backoff.ms", 20);
        if (asked.path("tls").asBoolean()) {
            configs.put("security.protocol", "SSL");
        }
        return configs;
    }

    static String text(JsonNode asked, String field, String missing) {
        return asked.hasNonNull(field) ? asked.get(field).asText() : missing;
    }

    static long number(JsonNode asked, String field, long missing) {
        return asked.hasNonNull(field) ? asked.get(field).asLong() : missing;
    }

    private static KafkaProducer<String, String> newProducer(JsonNode asked) {
        Map<String, Object> configs = configs(asked);
        configs.put("linger.ms", 0);
        configs.put("enable.idempotence", asked.path("idempotent").asBoolean());
        int patience = (int) number(asked, "give_up_ms", 30_000);
        configs.put("delivery.timeout.ms", patience);
        configs.put("max.block.ms", patience);
        configs.put("request.timeout.ms", Math.min((int) number(asked, "request_timeout_ms", 10_000), patience));
        configs.put("max.request.size", 100_000_000);
        if (asked.hasNonNull("transactional_id")) {
            configs.put("enable.idempotence", true);
            configs.put("transactional.id", asked.get("transactional_id").asText());
            configs.put("transaction.timeout.ms", (int) number(asked, "transaction_timeout_ms", 60_000));
        }
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(configs, new StringSerializer(), new StringSerializer());
        if (asked.hasNonNull("transactional_id")) {
            producer.initTransactions();
        }
        return producer;
    }

    /** An administrator that has listed the topics, and looked at one if it was named. */
    private static Admin newAdmin(JsonNode asked) throws Exception {
        Admin admin = Admin.create(configs(asked));
        admin.listTopics().names().get(LIMIT_S, TimeUnit.SECONDS);
        if (asked.hasNonNull("topic")) {
            admin.describeTopics(List.of(asked.get("topic").asText())).allTopicNames().get(LIMIT_S, TimeUnit.SECONDS);
        }
        return admin;
    }

    private static List<Long> send(KafkaProducer<String, String> producer, JsonNode asked) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (JsonNode value : asked.get("values")) {
            sent.add(producer.send(new ProducerRecord<>(
                    asked.get("topic").asText(), asked.path("partition").asInt(), null, value.asText())));
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> one : sent) {
            offsets.add(one.get(LIMIT_S, TimeUnit.SECONDS).offset());
        }
        return offsets;
    }

    private static List<Double> measure(KafkaProducer<String, String> producer, JsonNode asked) throws Exception {
        List<Double> took = new ArrayList<>();
        for (int i = 0; i < asked.get("count").asInt(); i++) {
            long began = System.nanoTime();
            producer.send(new ProducerRecord<>(asked.get("topic").asText(), 0, null, "x")).get(LIMIT_S, TimeUnit.SECONDS);
            took.add((System.nanoTime() - began) / 1e6);
        }
        return took;
    }

    private void close(String who) throws InterruptedException {
        KafkaProducer<String, String> producer = producers.remove(who);
        if (producer != null) {
            producer.close(CLOSE_LIMIT);
        }
        RemoteConsumer consumer = consumers.remove(who);
        if (consumer != null) {
            consumer.close();
        }
        Admin admin = admins.remove(who);
        if (admin != null) {
            admin.close(CLOSE_LIMIT);
        }
    }

    private static String http(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(5)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
