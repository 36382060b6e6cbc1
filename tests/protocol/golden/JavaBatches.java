// Has the Java client write one batch per codec, and one committed and one aborted transaction.
//     java -cp 'KAFKA-LIBS/*' JavaBatches.java HOST:PORT
// Then copy the log files of <log dir>/java-<codec>-0/ here, joined, as java-<codec>.log. The
// committed ones were made with the client and broker of Apache Kafka 4.3.1.
import java.util.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.ByteArraySerializer;

class JavaBatches {
    static final byte[] EMPTY = new byte[0];

    public static void main(String[] args) throws Exception {
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (var producer = producer(args[0], Map.of("compression.type", codec))) {
                send(producer, "java-" + codec);
            }
        }
        try (var producer = producer(args[0], Map.of("transactional.id", "golden"))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, "java-transactions");
            producer.commitTransaction();
            producer.beginTransaction();
            send(producer, "java-transactions");
            producer.abortTransaction();
        }
    }

    static Producer<byte[], byte[]> producer(String address, Map<String, Object> more) {
        Map<String, Object> configs = new HashMap<>(more);
        configs.put("bootstrap.servers", address);
        configs.put("linger.ms", 1000);
        configs.put("batch.size", 100000);
        return new KafkaProducer<>(configs, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static void send(Producer<byte[], byte[]> producer, String topic) {
        for (int n = 0; n < 5; n++) {
            byte[] key = n == 1 ? null : n == 2 ? EMPTY : ("key-" + n).getBytes();
            byte[] value = n == 3 ? null : n == 4 ? EMPTY : ("value-" + n + " ").repeat(40).getBytes();
            var record = new ProducerRecord<>(topic, 0, 1700000000000L + 1000 * (n ^ 1), key, value);
            for (int h = 0; h < n; h++) {
                record.headers().add("header-" + h, h == 1 ? null : ("é" + h).getBytes());
            }
            producer.send(record);
        }
        producer.flush();
    }
}
