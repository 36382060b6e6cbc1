package wirekafka.compat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One scenario: a static method with one argument, a {@link T}.
 *
 * <p>Its name is the method's in snake case. What is said about it stands in the comment before it,
 * and only there, so the sources are read: the first sentence is the expectation; a line
 * {@code FEATURE: x} names what a broker must have for it, {@code LIMIT: n} allows n seconds.
 */
record Scenario(Class<?> area, Method method, String name, String expectation, String feature,
        int limitSeconds) {
    private static final int LIMIT_S = 20;
    private static final Pattern METHOD = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*static void (\\w+)\\(T t\\)", Pattern.DOTALL);
    private static final Pattern MARK = Pattern.compile("^(FEATURE|LIMIT): (.*)$", Pattern.MULTILINE);

    /** The scenarios of the classes, in the order of the sources. */
    static List<Scenario> of(Path sources, List<Class<?>> areas) throws Exception {
        List<Scenario> found = new ArrayList<>();
        for (Class<?> area : areas) {
            int before = found.size();
            read(sources.resolve(area.getSimpleName() + ".java"), area, found);
            long methods = 0;
            for (Method method : area.getDeclaredMethods()) {
                Class<?>[] takes = method.getParameterTypes();
                if (takes.length == 1 && takes[0] == T.class && method.getReturnType() == void.class) {
                    methods++;
                }
            }
            if (methods != found.size() - before) {
                throw new IllegalStateException("a scenario without a comment in " + area);
            }
        }
        return found;
    }

    private static void read(Path source, Class<?> area, List<Scenario> found)
            throws IOException, NoSuchMethodException {
        Matcher matcher = METHOD.matcher(Files.readString(source));
        while (matcher.find()) {
            String comment = matcher.group(1).replaceAll("(?m)^\\s*\\*? ?", "").strip();
            String feature = "";
            int limit = LIMIT_S;
            Matcher mark = MARK.matcher(comment);
            while (mark.find()) {
                if (mark.group(1).equals("FEATURE")) {
                    feature = mark.group(2).strip();
                } else {
                    limit = Integer.parseInt(mark.group(2).strip());
                }
            }
            String text = MARK.matcher(comment).replaceAll("").strip();
            String expectation = text.split("\n\\s*\n")[0].replaceAll("\\s+", " ");
            Method method = area.getDeclaredMethod(matcher.group(2), T.class);
            found.add(new Scenario(area, method, snake(method.getName()), expectation, feature, limit));
        }
    }

    /** Throws unless every scenario has a name of its own. */
    static void checkNames(List<Scenario> first, List<Scenario> second) {
        Set<String> names = new HashSet<>();
        for (List<Scenario> part : List.of(first, second)) {
            for (Scenario scenario : part) {
                if (!names.add(scenario.name)) {
                    throw new IllegalStateException("two scenarios are named " + scenario.name);
                }
            }
        }
    }

    private static String snake(String camel) {
        return camel.replaceAll("([A-Z])", "_$1").toLowerCase();
    }
}
