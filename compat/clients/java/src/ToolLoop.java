package wirekafka.compat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs tools one after the other as they are asked for: a line of JSON in (class, arguments, input,
 * seconds), a line of JSON out (exit, output). `compat/tools` compares by it what the tools print
 * about two brokers.
 */
final class ToolLoop {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HUNG = -2;
    /** Begins an answer: what a tool that hung prints later is none. */
    private static final String MARK = "ToolLoop ";

    private ToolLoop() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Tool done = run(JSON.readTree(line));
            answers.println(MARK + JSON.writeValueAsString(Map.of("exit", done.exitCode(), "output", done.output())));
            answers.flush();
        }
        // Not exit(0): threads of tools that hung must not keep the process.
        Runtime.getRuntime().halt(0);
    }

    private static Tool run(JsonNode asked) throws InterruptedException {
        List<String> arguments = new ArrayList<>();
        asked.get("arguments").forEach(one -> arguments.add(one.asText()));
        String mainClass = asked.get("class").asText();
        String input = asked.get("input").asText();
        int seconds = asked.get("seconds").asInt();
        List<Tool> found = new ArrayList<>();
        Thread thread = new Thread(() -> {
            try {
                T t = new T("", "", seconds);
                found.add(Tool.runWithInput(t, mainClass, input, arguments.toArray(String[]::new)));
            } catch (Throwable thrown) {
                found.add(new Tool(-1, "thrown: " + thrown));
            }
        }, mainClass);
        thread.setDaemon(true);
        thread.start();
        thread.join(seconds * 1000L);
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(2000);
            return new Tool(HUNG, "hung");
        }
        return found.get(0);
    }
}
