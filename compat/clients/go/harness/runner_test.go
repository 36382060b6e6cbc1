package harness

import (
	"embed"
	"errors"
	"strings"
	"testing"
	"time"
)

//go:embed runner_test.go
var testSources embed.FS

// Says what is expected.
// FEATURE: something new
func someScenario(t *T) {
	t.Step("doing %d", 1)
	t.Must(errors.New("refused"))
}

func TestScenarioIsDescribedByItsSource(t *testing.T) {
	found := describe("go", testSources, []func(*T){someScenario})[0]
	if found.Name != "go_some_scenario" || found.Expectation != "Says what is expected." ||
		found.Feature != "something new" {
		t.Errorf("%+v", found)
	}
}

func TestResultsNameTheirStep(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	cases := map[string]struct {
		run            func(*T)
		result, detail string
	}{
		"passes":  {func(*T) {}, "pass", ""},
		"fails":   {someScenario, "fail", "doing 1: refused"},
		"skips":   {func(t *T) { t.NeedsRestart() }, "skip", "--restart-command"},
		"panics":  {func(t *T) { t.Step("x"); panic("no") }, "fail", "x: panic: no"},
		"hangs":   {func(t *T) { t.Step("reading"); <-hang }, "fail", "hung for 100ms: reading"},
		"too few": {func(t *T) { Equal(t, "count", 1, 2) }, "fail", "count is 1, expected 2"},
	}
	for name, expected := range cases {
		found := runOne(Scenario{Run: expected.run}, options{}, 100*time.Millisecond)
		if found.Result != expected.result || !strings.Contains(found.Detail, expected.detail) {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func TestFlagsMayStandAroundTheAddress(t *testing.T) {
	found, err := parse([]string{"--only", "a", "host:1", "--only", "b", "--jobs", "2"})
	if err != nil || found.bootstrap != "host:1" || !found.only["a"] || !found.only["b"] ||
		found.jobs != 2 {
		t.Errorf("%+v %v", found, err)
	}
	for _, wrong := range [][]string{{}, {"host:1", "more"}, {"--jobs", "0", "host:1"}} {
		if _, err := parse(wrong); err == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
}
