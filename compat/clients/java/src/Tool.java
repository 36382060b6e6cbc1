package wirekafka.compat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Apache's command line tools by their main classes, in this process: a JVM for each of them
 * would take longer than what it does. What they print is caught, their exit is not the process's.
 * One at a time, because standard output and input are the process's.
 */
record Tool(int exitCode, String output) {
    private static final class Exited extends RuntimeException {
        final int code;

        Exited(int code) {
            super("exit " + code, null, false, false);
            this.code = code;
        }
    }

    /** What the tool printed, in lines. */
    List<String> lines() {
        return output.lines().toList();
    }

    /** Run a tool; a non-zero exit fails the scenario with what was printed. */
    static Tool run(T t, String mainClass, String... arguments) throws Exception {
        Tool done = runWithInput(t, mainClass, "", arguments);
        t.check(done.exitCode == 0, "exit code %d: %s", done.exitCode, done.output.strip());
        return done;
    }

    /** Run a tool with this standard input, whatever its exit code. */
    static Tool runWithInput(T t, String mainClass, String input, String... arguments) throws Exception {
        t.step("%s %s", mainClass.substring(mainClass.lastIndexOf('.') + 1), String.join(" ", arguments));
        ByteArrayOutputStream caught = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        InputStream in = System.in;
        PrintStream catching = new PrintStream(caught, true, StandardCharsets.UTF_8);
        int[] code = {-1};
        Exit.setExitProcedure((status, message) -> {
            code[0] = code[0] < 0 ? status : code[0]; // a tool may catch what is thrown, and exit again
            throw new Exited(status);
        });
        Exit.setHaltProcedure((status, message) -> {
            throw new Exited(status);
        });
        // Some tools flush and close in their hook; it is run when they have ended.
        List<Runnable> hooks = new ArrayList<>();
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        System.setOut(catching);
        System.setErr(catching);
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            // Scala's tools print through a stream that Scala keeps from the time it was loaded.
            scala.Console.withOut(catching, () -> call(mainClass, arguments));
            code[0] = Math.max(code[0], 0);
        } catch (Exited exited) {
            code[0] = code[0] < 0 ? exited.code : code[0];
        } finally {
            hooks.forEach(Runnable::run);
            System.setOut(out);
            System.setErr(err);
            System.setIn(in);
            Exit.resetExitProcedure();
            Exit.resetHaltProcedure();
            Exit.resetShutdownHookAdder();
        }
        return new Tool(code[0], caught.toString(StandardCharsets.UTF_8));
    }

    /** Run a tool in a process of its own: for those that do their last work when the process exits. */
    static Tool runApart(T t, String mainClass, String... arguments) throws Exception {
        t.step("%s %s", mainClass.substring(mainClass.lastIndexOf('.') + 1), String.join(" ", arguments));
        Path output = Files.createTempFile("compat-java-", ".out");
        t.cleanup(() -> Files.deleteIfExists(output));
        Process process = new ProcessBuilder(command("OFF", mainClass, arguments))
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        t.cleanup(process::destroyForcibly);
        t.check(process.waitFor(Math.max(1, t.millisLeft()), TimeUnit.MILLISECONDS), "it did not end");
        return new Tool(process.exitValue(), Files.readString(output));
    }

    /** The command line of a main class with Kafka's jars, which starts fast. */
    static List<String> command(String logLevel, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Dlog4j2.configurationFile=" + System.getProperty("log4j2.configurationFile"),
                "-Dkafka.log.level=" + logLevel, "-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Object call(String mainClass, String[] arguments) {
        try {
            return Class.forName(mainClass).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } catch (InvocationTargetException thrown) {
            if (thrown.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(thrown.getCause());
        } catch (ReflectiveOperationException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** A file that is gone after the scenario. */
    static String file(T t, String text) throws Exception {
        Path path = Files.createTempFile("compat-java-", ".txt");
        t.cleanup(() -> Files.deleteIfExists(path));
        Files.writeString(path, text);
        return path.toString();
    }
}
