// Package harness runs the scenarios of one client against a broker and reports them as JSON lines.
//
// A scenario is a function that takes a *T. Its name and its expectation come from the source: the
// function's name and the first line of its doc comment. Scenarios are independent (unique topics
// and groups), so a few run at the same time; those that restart the broker run alone, at the end.
// None takes longer than Limit: what hangs is abandoned, and the step it hung in is named.
package harness

import (
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"sync"
	"time"
)

const (
	// Limit is how long a scenario may take before it counts as hung.
	Limit = 20 * time.Second
	// contextLead: the context ends a little earlier, so that a client that honours it fails by
	// itself, with a better message than "hung".
	contextLead = time.Second
	// cleanupLimit bounds what is done after a scenario, which is not judged.
	cleanupLimit = 5 * time.Second
	// defaultJobs: most scenarios wait for the broker rather than compute.
	defaultJobs = 4
)

// Client is one client library and its scenarios.
type Client struct {
	Name     string // as reported in the JSON lines
	Prefix   string // of the scenarios' names
	Sources  embed.FS
	Parallel [][]func(*T)
	Alone    []func(*T)
}

type line struct {
	Client      string  `json:"client"`
	Scenario    string  `json:"scenario"`
	Expectation string  `json:"expectation"`
	Feature     string  `json:"feature,omitempty"`
	Result      string  `json:"result"`
	Seconds     float64 `json:"seconds"`
	Detail      string  `json:"detail"`
}

type options struct {
	bootstrap      string
	restartCommand string
	only           map[string]bool
	jobs           int
	list           bool
}

// Main runs the program: it exits 0 when the scenarios were run, whatever they found.
func Main(client Client) {
	chosen, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var parallel []func(*T)
	for _, area := range client.Parallel {
		parallel = append(parallel, area...)
	}
	together := describe(client.Prefix, client.Sources, parallel)
	alone := describe(client.Prefix, client.Sources, client.Alone)
	if chosen.list {
		for _, scenario := range append(together, alone...) {
			fmt.Printf("%s\t%s\n", scenario.Name, scenario.Expectation)
		}
		return
	}
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	runAll(client.Name, together, chosen, chosen.jobs, output)
	runAll(client.Name, alone, chosen, 1, output)
}

func parse(arguments []string) (options, error) {
	chosen := options{only: map[string]bool{}}
	flags := flag.NewFlagSet("scenarios", flag.ContinueOnError)
	flags.Func("only", "run this scenario only (can be repeated)", func(name string) error {
		chosen.only[name] = true
		return nil
	})
	flags.StringVar(&chosen.restartCommand, "restart-command", "",
		"shell command that restarts the broker on the same port and returns when it is up")
	flags.IntVar(&chosen.jobs, "jobs", defaultJobs, "how many scenarios run at the same time")
	flags.BoolVar(&chosen.list, "list", false, "list the scenarios")
	if err := flags.Parse(arguments); err != nil {
		return chosen, err
	}
	// flags may stand before and after the bootstrap address
	if flags.NArg() > 0 {
		chosen.bootstrap = flags.Arg(0)
		if err := flags.Parse(flags.Args()[1:]); err != nil {
			return chosen, err
		}
	}
	if flags.NArg() > 0 || (chosen.bootstrap == "" && !chosen.list) || chosen.jobs < 1 {
		return chosen, fmt.Errorf("usage: run HOST:PORT [--only NAME] [--restart-command COMMAND] [--jobs N]")
	}
	return chosen, nil
}

func runAll(client string, scenarios []Scenario, chosen options, jobs int, output *json.Encoder) {
	var running sync.WaitGroup
	var writing sync.Mutex
	slots := make(chan struct{}, jobs)
	for _, scenario := range scenarios {
		if len(chosen.only) > 0 && !chosen.only[scenario.Name] {
			continue
		}
		slots <- struct{}{}
		running.Add(1)
		go func() {
			defer running.Done()
			defer func() { <-slots }()
			found := runOne(scenario, chosen, Limit)
			found.Client = client
			writing.Lock()
			defer writing.Unlock()
			if err := output.Encode(found); err != nil {
				panic(err)
			}
		}()
	}
	running.Wait()
}

// runOne runs one scenario in a goroutine of its own, which it abandons at the limit.
func runOne(scenario Scenario, chosen options, limit time.Duration) line {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	t := &T{
		Ctx: ctx, Bootstrap: chosen.bootstrap, restartCommand: chosen.restartCommand, result: "pass",
	}
	found := line{
		Scenario: scenario.Name, Expectation: scenario.Expectation, Feature: scenario.Feature,
	}
	start := time.Now()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer func() {
			if panicked := recover(); panicked != nil {
				t.result, t.detail = "fail", fmt.Sprintf("%s: panic: %v", t.currentStep(), panicked)
			}
		}()
		scenario.Run(t)
	}()
	if t.waitFor(finished, limit, cancel) {
		found.Result, found.Detail = t.result, t.detail
		found.Seconds = seconds(start)
		cleanUp(t)
	} else {
		found.Result = "fail"
		found.Detail = fmt.Sprintf("hung for %v: %s", limit, t.currentStep())
		found.Seconds = seconds(start)
	}
	return found
}

// waitFor returns whether the scenario ended within its limit. The time in which the broker is
// restarted does not count: it is not the broker's protocol that is slow.
func (t *T) waitFor(
	finished <-chan struct{}, limit time.Duration, cancel context.CancelCauseFunc,
) bool {
	const tick = 50 * time.Millisecond
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for spent := time.Duration(0); spent < limit; {
		select {
		case <-finished:
			return true
		case <-ticker.C:
			if !t.restarting.Load() {
				spent += tick
			}
			if spent >= limit-contextLead {
				cancel(context.DeadlineExceeded)
			}
		}
	}
	return false
}

func seconds(start time.Time) float64 {
	return math.Round(time.Since(start).Seconds()*1000) / 1000
}

func cleanUp(t *T) {
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		for i := len(t.cleanups) - 1; i >= 0; i-- {
			t.cleanups[i]()
		}
	}()
	select {
	case <-finished:
	case <-time.After(cleanupLimit):
	}
}
