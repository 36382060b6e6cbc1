package wirekafka.compat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs the scenarios against a broker and prints a JSON line for each.
 *
 * <p>Scenarios are independent (unique topics and groups), so those of the client library run a few
 * at a time. Tools share the process's standard output and input, Streams and Connect are heavy, and
 * restarts disturb everybody: these run one by one, the restarts at the end. A scenario that does not
 * end in time is given up, and the step and the call that it hung in are named.
 */
final class Main {
    /** Areas of the client library, in parallel. */
    private static final List<Class<?>> TOGETHER = List.of(
            Produce.class, Consume.class, Groups.class, NextGroups.class, Turnover.class,
            Transactions.class, Topics.class, Configs.class, GroupAdmin.class, ClusterAdmin.class,
            ShareGroups.class);

    private static final List<Class<?>> ALONE = List.of(
            ToolsTopics.class, ToolsGroups.class, ToolsCluster.class, ToolsRecords.class,
            Streams.class, Connect.class, Restarts.class);

    private static final Map<Class<?>, String> CLIENTS = Map.of(
            ToolsTopics.class, "kafka-tools", ToolsGroups.class, "kafka-tools",
            ToolsCluster.class, "kafka-tools", ToolsRecords.class, "kafka-tools",
            Streams.class, "kafka-streams", Connect.class, "kafka-connect");

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int JOBS = 4; // most scenarios wait for the broker rather than compute
    private static final int CLEANUP_LIMIT_S = 5;
    private static final int DETAIL_LENGTH = 600; // enough for the reason; the rest is a stack trace

    private String bootstrap = "";
    private String restartCommand = "";
    private int jobs = JOBS;
    private boolean list;
    private final Set<String> only = new LinkedHashSet<>();
    // Standard output belongs to the JSON lines; what libraries and tools print is caught or dropped.
    private final PrintStream lines = System.out;

    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        if (!main.parse(arguments)) {
            System.err.println("usage: run HOST:PORT [--only NAME] [--restart-command COMMAND] [--jobs N]");
            System.exit(2);
        }
        main.run();
        // Not exit(0): threads of scenarios that hung must not keep the process.
        Runtime.getRuntime().halt(0);
    }

    private boolean parse(String[] arguments) {
        for (int i = 0; i < arguments.length; i++) {
            boolean last = i + 1 == arguments.length;
            switch (arguments[i]) {
                case "--list" -> list = true;
                case "--only", "--restart-command", "--jobs" -> {
                    if (last) {
                        return false;
                    }
                    String value = arguments[++i];
                    switch (arguments[i - 1]) {
                        case "--only" -> only.add(value);
                        case "--jobs" -> jobs = Integer.parseInt(value);
                        default -> restartCommand = value;
                    }
                }
                default -> {
                    if (!bootstrap.isEmpty() || arguments[i].startsWith("-")) {
                        return false;
                    }
                    bootstrap = arguments[i];
                }
            }
        }
        return list || !bootstrap.isEmpty();
    }

    private void run() throws Exception {
        Path sources = Path.of(System.getProperty("compat.sources"));
        List<Scenario> together = Scenario.of(sources, TOGETHER);
        List<Scenario> alone = Scenario.of(sources, ALONE);
        Scenario.checkNames(together, alone);
        if (list) {
            for (List<Scenario> part : List.of(together, alone)) {
                part.forEach(one -> lines.println(one.name() + "\t" + one.expectation()));
            }
            return;
        }
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        runAll(together, jobs);
        runAll(alone, 1);
    }

    private void runAll(List<Scenario> scenarios, int atOnce) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(atOnce);
        for (Scenario scenario : scenarios) {
            if (only.isEmpty() || only.contains(scenario.name())) {
                pool.execute(() -> print(scenario, runOne(scenario)));
            }
        }
        pool.shutdown();
        pool.awaitTermination(1, TimeUnit.HOURS); // each scenario has its own limit
    }

    private Outcome runOne(Scenario scenario) {
        T t = new T(bootstrap, restartCommand, scenario.limitSeconds());
        List<Outcome> found = new ArrayList<>();
        Thread thread = new Thread(() -> found.add(t.outcomeOf(scenario)), scenario.name());
        thread.setDaemon(true);
        long start = System.nanoTime();
        thread.start();
        boolean ended = joined(thread, scenario.limitSeconds());
        double seconds = (System.nanoTime() - start) / 1e9;
        String hung = ended ? "" : t.whereIs(thread);
        thread.interrupt();
        Thread cleaner = new Thread(t::cleanUp, scenario.name() + "-cleanup");
        cleaner.setDaemon(true);
        cleaner.start();
        if (!joined(cleaner, CLEANUP_LIMIT_S)) {
            cleaner.interrupt();
        }
        if (ended && !found.isEmpty()) {
            return found.get(0).took(seconds);
        }
        return new Outcome("fail", "hung for " + scenario.limitSeconds() + " s: " + hung, seconds);
    }

    private static boolean joined(Thread thread, int seconds) {
        try {
            thread.join(seconds * 1000L);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
        return !thread.isAlive();
    }

    private void print(Scenario scenario, Outcome outcome) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("client", CLIENTS.getOrDefault(scenario.area(), "kafka-clients"));
        line.put("scenario", scenario.name());
        line.put("expectation", scenario.expectation());
        if (!scenario.feature().isEmpty()) {
            line.put("feature", scenario.feature());
        }
        line.put("result", outcome.result());
        line.put("seconds", Math.round(outcome.seconds() * 1000) / 1000.0);
        String detail = outcome.detail().replaceAll("\\s+", " "); // tools print traces
        line.put("detail", detail.substring(0, Math.min(detail.length(), DETAIL_LENGTH)));
        try {
            String text = JSON.writeValueAsString(line);
            synchronized (lines) {
                lines.println(text);
                lines.flush();
            }
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
