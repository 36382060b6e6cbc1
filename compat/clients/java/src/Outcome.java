package wirekafka.compat;

/** What became of a scenario: pass, fail or skip, and why. */
record Outcome(String result, String detail, double seconds) {
    Outcome took(double measured) {
        return new Outcome(result, detail, measured);
    }
}
