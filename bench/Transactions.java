// Transactions of ten records one after the other, by the Java client with its defaults.
//
// java -cp "KAFKA'S JARS/*" Transactions.java HOST:PORT TOPIC SECONDS PID
//
// A fresh Java compiles while it works, so as many seconds of warm-up go before. Prints the
// transactions of both phases together, those that were measured, their seconds, and the CPU time
// of process PID meanwhile in clock ticks (0 for PID 0).

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public final class Transactions {
    static final int RECORDS = 10;
    static final int VALUE_BYTES = 100;

    private final KafkaProducer<byte[], byte[]> producer;
    private final ProducerRecord<byte[], byte[]> written;

    private Transactions(KafkaProducer<byte[], byte[]> producer, String topic) {
        this.producer = producer;
        this.written = new ProducerRecord<>(topic, 0, null, new byte[VALUE_BYTES]);
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", arguments[0],
                "transactional.id", "bench-" + UUID.randomUUID());
        double seconds = Double.parseDouble(arguments[2]);
        long pid = Long.parseLong(arguments[3]);
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings, bytes, bytes)) {
            producer.initTransactions();
            Transactions load = new Transactions(producer, arguments[1]);
            long warmUp = load.runFor(seconds);
            long ticks = cpuTicks(pid);
            long began = System.nanoTime();
            long measured = load.runFor(seconds);
            double took = (System.nanoTime() - began) / 1e9;
            System.out.printf("transactions all=%d measured=%d seconds=%s ticks=%d%n",
                    warmUp + measured, measured, took, cpuTicks(pid) - ticks);
        }
    }

    private long runFor(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long done = 0;
        for (; System.nanoTime() < end; done++) {
            producer.beginTransaction();
            for (int number = 0; number < RECORDS; number++) {
                producer.send(written);
            }
            producer.commitTransaction();
        }
        return done;
    }

    private static long cpuTicks(long pid) throws Exception {
        if (pid == 0) {
            return 0;
        }
        // The second field is the command in brackets and may hold blanks.
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = line.substring(line.lastIndexOf(") ") + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
}
