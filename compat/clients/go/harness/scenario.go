package harness

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// restartLimit bounds the command that restarts the broker; a JVM on a busy machine is slow.
const restartLimit = 2 * time.Minute

// T is what a scenario holds on to: the broker's address, a context with the scenario's deadline,
// and the ways to say that the broker did not behave. Must be used from the scenario's goroutine,
// except for Step.
type T struct {
	Ctx       context.Context
	Bootstrap string

	restartCommand string
	restarting     atomic.Bool
	mutex          sync.Mutex
	step           string
	result         string
	detail         string
	cleanups       []func()
}

// Step names what the scenario does next: the failure, or the hang, carries this name.
func (t *T) Step(format string, values ...any) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.step = fmt.Sprintf(format, values...)
}

func (t *T) currentStep() string {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.step == "" {
		return "start"
	}
	return t.step
}

// Failf ends the scenario: the broker did something else than expected.
func (t *T) Failf(format string, values ...any) {
	t.end("fail", t.currentStep()+": "+fmt.Sprintf(format, values...))
}

// Skipf ends the scenario: it cannot be judged here, for the reason given.
func (t *T) Skipf(format string, values ...any) {
	t.end("skip", fmt.Sprintf(format, values...))
}

func (t *T) end(result, detail string) {
	t.result, t.detail = result, detail
	runtime.Goexit()
}

// Must fails the scenario when err is not nil.
func (t *T) Must(err error) {
	if err != nil {
		t.Failf("%v", err)
	}
}

// MustFail fails the scenario unless err's text has the given part; an error is expected here.
func (t *T) MustFail(err error, part string) {
	if err == nil {
		t.Failf("no error, expected %q", part)
	}
	if !strings.Contains(err.Error(), part) {
		t.Failf("error %q, expected %q", err, part)
	}
}

// Check fails the scenario unless the condition holds; the text says what was found instead.
func (t *T) Check(condition bool, format string, values ...any) {
	if !condition {
		t.Failf(format, values...)
	}
}

// Equal fails the scenario unless got equals want; what names the value.
func Equal[V comparable](t *T, what string, got, want V) {
	if got != want {
		t.Failf("%s is %v, expected %v", what, got, want)
	}
}

// Name makes a name that no other scenario and no other run has.
func (t *T) Name(purpose string) string {
	random := make([]byte, 6)
	if _, err := rand.Read(random); err != nil {
		t.Failf("no randomness: %v", err)
	}
	return "compat-go-" + purpose + "-" + hex.EncodeToString(random)
}

// Cleanup registers what is done after the scenario, the last one first.
func (t *T) Cleanup(cleanup func()) {
	t.cleanups = append(t.cleanups, cleanup)
}

// Eventually asks again every 20 ms until the condition holds; the deadline of the scenario ends it.
func (t *T) Eventually(condition func() bool) {
	t.EventuallyWithin(Limit, condition)
}

// EventuallyWithin is Eventually with a limit of its own.
func (t *T) EventuallyWithin(limit time.Duration, condition func() bool) {
	end := time.After(limit)
	for !condition() {
		select {
		case <-t.Ctx.Done():
			t.Failf("did not come true in time")
		case <-end:
			t.Failf("did not come true within %v", limit)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// RestartBroker stops and starts the broker on the same port by the command the runner was given.
func (t *T) RestartBroker() {
	t.Step("restarting the broker")
	t.restarting.Store(true)
	defer t.restarting.Store(false)
	ctx, cancel := context.WithTimeout(t.Ctx, restartLimit)
	defer cancel()
	output, err := exec.CommandContext(ctx, "sh", "-c", t.restartCommand).CombinedOutput()
	if err != nil {
		t.Failf("%v: %s", err, output)
	}
}

// NeedsRestart skips the scenario when the runner was not told how to restart the broker.
func (t *T) NeedsRestart() {
	if t.restartCommand == "" {
		t.Skipf("restarting the broker needs --restart-command")
	}
}
