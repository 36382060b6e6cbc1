package wirekafka.compat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaFuture;

/**
 * What a scenario holds on to: the broker's address, its deadline, and the ways to say that the
 * broker did not behave.
 */
final class T {
    /** Code of a scenario, which may throw. */
    interface Action {
        void run() throws Exception;
    }

    private static final class Failed extends RuntimeException {
        Failed(String text) {
            super(text);
        }
    }

    private static final class Skipped extends RuntimeException {
        Skipped(String text) {
            super(text);
        }
    }

    private static final long POLL_MS = 20;
    private static final int MARGIN_S = 1; // so that a scenario fails by itself, with a better message

    final String bootstrap;
    private final String restartCommand;
    private final long end;
    private final Deque<Action> cleanups = new ArrayDeque<>();
    private volatile String step = "start";

    T(String bootstrap, String restartCommand, int limitSeconds) {
        this.bootstrap = bootstrap;
        this.restartCommand = restartCommand;
        this.end = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds - MARGIN_S);
    }

    /** Names what the scenario does next: the failure, or the hang, carries this name. */
    void step(String format, Object... values) {
        step = String.format(format, values);
    }

    /** Ends the scenario: the broker did something else than expected. */
    Failed fail(String format, Object... values) {
        throw new Failed(String.format(format, values));
    }

    /** Ends the scenario: it cannot be judged here, for the reason given. */
    void skip(String reason) {
        throw new Skipped(reason);
    }

    /** Fails unless the condition holds; the text says what was found instead. */
    void check(boolean condition, String format, Object... values) {
        if (!condition) {
            fail(format, values);
        }
    }

    /** Fails unless got equals want; what names the value. */
    void equal(String what, Object got, Object want) {
        if (!Objects.equals(got, want)) {
            fail("%s is %s, expected %s", what, got, want);
        }
    }

    /** Fails unless the action throws this kind of error, itself or as the cause of another. */
    <E extends Throwable> E mustFail(Class<E> kind, Action action) {
        try {
            action.run();
        } catch (Failed | Skipped ours) {
            throw ours;
        } catch (Throwable thrown) {
            for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
                if (kind.isInstance(cause)) {
                    return kind.cast(cause);
                }
            }
            throw fail("%s, expected %s", describe(thrown), kind.getSimpleName());
        }
        throw fail("no error, expected %s", kind.getSimpleName());
    }

    /** The result of an admin call, or its error. */
    <V> V get(KafkaFuture<V> future) {
        try {
            return future.get(Math.max(1, millisLeft()), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        } catch (java.util.concurrent.TimeoutException late) {
            throw fail("no answer in time");
        }
    }

    /** A name that no other scenario and no other run has. */
    String name(String purpose) {
        return "compat-java-" + purpose + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Registers what is done after the scenario, the last one first. */
    void cleanup(Action action) {
        synchronized (cleanups) {
            cleanups.push(action);
        }
    }

    long millisLeft() {
        return TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }

    /** Asks again until the condition holds; the scenario's deadline ends it. */
    void eventually(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            check(millisLeft() > 0, "did not come true in time");
            Thread.sleep(POLL_MS);
        }
    }

    /** Skips the scenario when the runner was not told how to restart the broker. */
    void needsRestart() {
        if (restartCommand.isEmpty() && control() == null) {
            skip("restarting the broker needs --restart-command");
        }
    }

    /** Stops and starts the broker on the same port and data. */
    void restartBroker() throws Exception {
        step("restarting the broker");
        if (restartCommand.isEmpty()) {
            equal("the answer", askControl("restart"), "ok");
            return;
        }
        Process process = new ProcessBuilder("sh", "-c", restartCommand)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        check(process.waitFor(millisLeft(), TimeUnit.MILLISECONDS), "took too long");
        equal("the exit code", process.exitValue(), 0);
    }

    /** Where the suite restarts the broker (compat/control.py), or null. */
    private static String control() {
        return System.getenv("COMPAT_CONTROL");
    }

    private static String askControl(String command) throws IOException {
        int colon = control().lastIndexOf(':');
        int port = Integer.parseInt(control().substring(colon + 1));
        try (Socket socket = new Socket(control().substring(0, colon), port)) {
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(),
                    StandardCharsets.UTF_8)).readLine();
        }
    }

    Outcome outcomeOf(Scenario scenario) {
        try {
            scenario.method().invoke(null, this);
            return new Outcome("pass", "", 0);
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            if (cause instanceof Skipped) {
                return new Outcome("skip", cause.getMessage(), 0);
            }
            String text = cause instanceof Failed ? cause.getMessage() : describe(cause);
            return new Outcome("fail", step + ": " + text, 0);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String describe(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            text.append(text.isEmpty() ? "" : ", caused by ").append(cause.getClass().getSimpleName())
                    .append(": ").append(cause.getMessage());
            if (cause == cause.getCause()) {
                break;
            }
        }
        return text.toString();
    }

    /** The step, and the call of the scenario or the client that the thread is in. */
    String whereIs(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getClassName().contains("kafka")) {
                return step + ": in " + frame;
            }
        }
        return step;
    }

    void cleanUp() {
        while (true) {
            Action action;
            synchronized (cleanups) {
                action = cleanups.poll();
            }
            if (action == null) {
                return;
            }
            try {
                action.run();
            } catch (Exception notJudged) {
                // what is done after the scenario says nothing about the broker
            }
        }
    }
}
