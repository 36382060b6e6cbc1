import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The loop with Java's clients: they speak the second protocol of transactions (KIP-890).
 * Usage: Loop ADDRESS CLIENT LIFE JOURNAL; see looping.py and events.py.
 */
final class Loop {
    private static final int PARTITIONS = 4;
    private static final int IN_DOUBT = 3;
    private static final int RETRIES = 20;

    private final String life;
    private final OutputStream journal;
    private final Random random;
    private final KafkaProducer<String, String> producer;
    private final KafkaConsumer<String, String> consumer;
    private int number;

    private Loop(String address, String client, String life, Path journal) throws Exception {
        this.life = client + "." + life;
        this.journal = Files.newOutputStream(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        this.random = new Random(this.life.hashCode());
        Map<String, Object> common = Map.of("bootstrap.servers", address, "reconnect.backoff.ms", "20",
                "reconnect.backoff.max.ms", "200", "retry.backoff.ms", "20", "retry.backoff.max.ms", "200");
        Map<String, Object> producing = new HashMap<>(common);
        producing.putAll(Map.of("transactional.id", client, "transaction.timeout.ms", "10000",
                "max.block.ms", "30000"));
        Map<String, Object> consuming = new HashMap<>(common);
        consuming.putAll(Map.of("group.id", "loops", "enable.auto.commit", "false",
                "isolation.level", "read_committed", "auto.offset.reset", "earliest",
                "fetch.max.wait.ms", "100", "max.poll.records", "40"));
        consuming.putAll(Map.of("session.timeout.ms", "3000", "heartbeat.interval.ms", "300"));
        producer = new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer());
        consumer = new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer());
    }

    public static void main(String[] arguments) throws Exception {
        Loop loop = new Loop(arguments[0], arguments[1], arguments[2], Path.of(arguments[3]));
        try {
            loop.run();
        } catch (KafkaException error) {
            System.err.println(error);
            Runtime.getRuntime().halt(IN_DOUBT);
        }
    }

    private void run() throws Exception {
        retrying(producer::initTransactions);
        consumer.subscribe(List.of("in"));
        while (true) {
            ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
            if (records.isEmpty()) {
                continue;
            }
            boolean aborted;
            try {
                aborted = transact(records);
            } catch (ProducerFencedException | InvalidProducerEpochException | AuthenticationException
                    | FencedInstanceIdException | IllegalStateException error) {
                write("unknown", ",\"error\":\"" + error.getClass().getSimpleName() + "\"");
                throw new KafkaException(error);
            } catch (KafkaException error) {
                System.err.println("aborting: " + error);
                abort();
                aborted = true;
            }
            if (aborted) {
                rewind();
            }
        }
    }

    private boolean transact(ConsumerRecords<String, String> records) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        StringJoiner produced = new StringJoiner(",", ",\"records\":[", "]");
        number++;
        String key = life + "." + number;
        for (ConsumerRecord<String, String> record : records) {
            int next = (record.partition() + 1) % PARTITIONS;
            produced.add(copy("out", record.partition(), key, record.value()));
            produced.add(copy("mirror", next, key, record.value()));
            ends.put(new TopicPartition("in", record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        write("begin", "");
        producer.beginTransaction();
        write("produce", produced.toString());
        for (ConsumerRecord<String, String> record : records) {
            int next = (record.partition() + 1) % PARTITIONS;
            producer.send(new ProducerRecord<>("out", record.partition(), key, record.value()));
            producer.send(new ProducerRecord<>("mirror", next, key, record.value()));
        }
        StringJoiner offsets = new StringJoiner(",", ",\"group\":\"loops\",\"topic\":\"in\",\"offsets\":{", "}");
        ends.forEach((place, end) -> offsets.add("\"" + place.partition() + "\":" + end.offset()));
        write("offsets", offsets.toString());
        producer.sendOffsetsToTransaction(ends, consumer.groupMetadata());
        if (random.nextInt(10) == 0) {
            abort();
            return true;
        }
        write("committing", "");
        retrying(producer::commitTransaction);
        write("committed", "");
        return false;
    }

    private void abort() throws Exception {
        write("aborting", "");
        retrying(producer::abortTransaction);
        write("aborted", "");
    }

    private void rewind() {
        var committed = consumer.committed(consumer.assignment());
        for (TopicPartition place : consumer.assignment()) {
            OffsetAndMetadata offset = committed.get(place);
            consumer.seek(place, offset == null ? 0 : offset.offset());
        }
    }

    /** As record_of in events.py; a value of the source is "partition:number". */
    private static String copy(String topic, int partition, String key, String value) {
        String source = "[\"" + topic + "\"," + value.replace(':', ',') + "]";
        return "[\"" + topic + "\"," + partition + ",\"" + key + " " + topic + " " + value + "\"," + source + "]";
    }

    private void write(String event, String more) throws Exception {
        String line = "{\"producer\":\"" + life + "\",\"txn\":\"" + life + "." + number
                + "\",\"event\":\"" + event + "\"" + more + "}\n";
        journal.write(line.getBytes(StandardCharsets.UTF_8));
    }

    /** A time-out of these calls leaves them under way: they are called again. */
    private static void retrying(Runnable call) {
        for (int attempt = 1; ; attempt++) {
            try {
                call.run();
                return;
            } catch (TimeoutException error) {
                if (attempt == RETRIES) {
                    throw error;
                }
            }
        }
    }
}
