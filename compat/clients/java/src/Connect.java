package wirekafka.compat;

import static wirekafka.compat.Kit.fill;
import static wirekafka.compat.Kit.poll;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.values;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** connect-standalone with Apache's file connectors, as a process of its own. */
final class Connect {
    private Connect() {}

    private static Process started(T t, Path folder, String connector) throws Exception {
        Path worker = Files.writeString(folder.resolve("worker.properties"), String.join("\n",
                "bootstrap.servers=" + t.bootstrap,
                "key.converter=org.apache.kafka.connect.storage.StringConverter",
                "value.converter=org.apache.kafka.connect.storage.StringConverter",
                "offset.storage.file.filename=" + folder.resolve("offsets"),
                "offset.flush.interval.ms=500",
                "listeners=http://127.0.0.1:0",
                // Finds the plugins by their manifests: a scan of all classes takes many seconds.
                "plugin.discovery=service_load",
                "consumer.metadata.max.age.ms=1000",
                ""));
        Path configs = Files.writeString(folder.resolve("connector.properties"), connector);
        List<String> command = Tool.command("WARN", "org.apache.kafka.connect.cli.ConnectStandalone",
                worker.toString(), configs.toString());
        t.step("starting connect-standalone");
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("connect.log").toFile()).start();
        t.cleanup(process::destroyForcibly);
        return process;
    }

    private static void stop(T t, Process process) throws Exception {
        t.step("stopping connect-standalone");
        process.destroy();
        t.check(process.waitFor(Math.max(1, t.millisLeft()), TimeUnit.MILLISECONDS), "it did not stop");
    }

    private static Path folder(T t) throws Exception {
        Path folder = Files.createTempDirectory("compat-java-connect-");
        t.cleanup(() -> {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        });
        return folder;
    }

    /**
     * The file source makes a record of each line, and goes on where it was after a restart.
     * LIMIT: 90
     */
    static void connectFileSource(T t) throws Exception {
        String topic = topic(t, 1);
        Path folder = folder(t);
        Path input = Files.writeString(folder.resolve("input.txt"), "first\nsecond\n");
        String connector = "name=source\nconnector.class=FileStreamSource\ntasks.max=1\nfile=" + input
                + "\ntopic=" + topic + "\n";
        var consumer = Kit.fromStart(t, topic, Map.of());
        Process process = started(t, folder, connector);
        t.step("consuming");
        t.equal("values", values(poll(t, consumer, 2)), "first second");
        stop(t, process);
        Files.writeString(input, "third\n", java.nio.file.StandardOpenOption.APPEND);
        Process again = started(t, folder, connector);
        t.step("consuming after the restart");
        t.equal("values", values(poll(t, consumer, 1)), "third");
        stop(t, again);
    }

    /**
     * The file sink writes each record as a line, and its group commits the offsets.
     * LIMIT: 60
     */
    static void connectFileSink(T t) throws Exception {
        String topic = topic(t, 1);
        fill(t, topic, 3);
        Path folder = folder(t);
        Path output = folder.resolve("output.txt");
        String name = t.name("sink");
        Process process = started(t, folder, "name=" + name + "\nconnector.class=FileStreamSink\ntasks.max=1"
                + "\nfile=" + output + "\ntopics=" + topic + "\n");
        t.step("waiting for the file");
        t.eventually(() -> {
            t.check(process.isAlive(), "it died: %s", Files.readString(folder.resolve("connect.log")));
            return Files.exists(output) && Files.readString(output).equals("0\n1\n2\n");
        });
        stop(t, process);
        t.step("looking at its offset");
        var offsets = t.get(Kit.admin(t).listConsumerGroupOffsets("connect-" + name)
                .partitionsToOffsetAndMetadata());
        t.equal("offset", offsets.get(Kit.zero(topic)).offset(), 3L);
    }
}
