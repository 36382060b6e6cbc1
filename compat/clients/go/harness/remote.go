package harness

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// Asked is one command for a remote client: a line of JSON. compat/instrument proves by remote
// clients what the instrument does to clients of this language; its remote.py says what each command
// means.
type Asked struct {
	ID                   int      `json:"id"`
	Do                   string   `json:"do"`
	Who                  string   `json:"who"`
	Bootstrap            string   `json:"bootstrap"`
	ClientID             string   `json:"client_id"`
	TLS                  bool     `json:"tls"`
	RequestTimeoutMs     int      `json:"request_timeout_ms"`
	GiveUpMs             int      `json:"give_up_ms"`
	Idempotent           bool     `json:"idempotent"`
	TransactionalID      string   `json:"transactional_id"`
	TransactionTimeoutMs int      `json:"transaction_timeout_ms"`
	Topic                string   `json:"topic"`
	Pattern              bool     `json:"pattern"`
	Partition            int32    `json:"partition"`
	Values               []string `json:"values"`
	Group                string   `json:"group"`
	Protocol             string   `json:"protocol"`
	Reset                string   `json:"reset"`
	InstanceID           string   `json:"instance_id"`
	SessionMs            int      `json:"session_ms"`
	HeartbeatMs          int      `json:"heartbeat_ms"`
	AutoCreate           bool     `json:"auto_create"`
	Committed            bool     `json:"committed"`
	Count                int      `json:"count"`
	Ms                   int      `json:"ms"`
	URL                  string   `json:"url"`
}

// Producer is what a library's producer is told to do.
type Producer interface {
	Send(topic string, partition int32, values []string) ([]int64, error)
	Begin() error
	End(commit bool) error
	Close()
}

// Library makes the clients of one library. A consumer reads by itself into what it is given; what
// it returns closes it.
type Library struct {
	NewProducer func(Asked) (Producer, error)
	NewConsumer func(Asked, *Collected) (closing func(), err error)
	// NewAdmin lists all topics, then looks at Asked.Topic if there is one.
	NewAdmin func(Asked) (closing func(), err error)
}

// Collected is what a consumer has read so far.
type Collected struct {
	mutex   sync.Mutex
	records []Read
	errors  []string
}

// Read is one record; a key or value that is null is nil.
type Read struct {
	Partition int32             `json:"partition"`
	Offset    int64             `json:"offset"`
	Timestamp int64             `json:"timestamp"`
	Key       *string           `json:"key"`
	Value     *string           `json:"value"`
	Headers   map[string]string `json:"headers"`
}

// Text is what a Read has for bytes that may be null.
func Text(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	text := string(bytes)
	return &text
}

// Add notes a record.
func (c *Collected) Add(record Read) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.records = append(c.records, record)
}

// Error notes what the consumer was told.
func (c *Collected) Error(err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if len(c.errors) < 100 {
		c.errors = append(c.errors, err.Error())
	}
}

func (c *Collected) wait(count, ms int) map[string]any {
	if ms == 0 {
		ms = 20_000
	}
	deadline := time.Now().Add(time.Duration(ms) * time.Millisecond)
	for {
		c.mutex.Lock()
		records, errs := append([]Read{}, c.records...), append([]string{}, c.errors...)
		c.mutex.Unlock()
		if len(records) >= count || time.Now().After(deadline) {
			return map[string]any{"records": records, "errors": errs}
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// IsRemote is whether the program was started to obey.
func IsRemote() bool { return len(os.Args) > 1 && os.Args[1] == "--remote" }

// Obey does what standard input says until it ends. Commands run at the same time.
func Obey(library Library) {
	remote := remote{library: library, open: map[string]any{}, closing: map[string]func(){}}
	output := json.NewEncoder(os.Stdout)
	var printing sync.Mutex
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var asked Asked
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		go func() {
			told := map[string]any{"id": asked.ID}
			if ok, err := remote.obey(asked); err != nil {
				told["error"] = err.Error()
			} else {
				told["ok"] = ok
			}
			printing.Lock()
			defer printing.Unlock()
			output.Encode(told)
		}()
	}
}

type remote struct {
	library Library
	mutex   sync.Mutex
	open    map[string]any
	closing map[string]func()
}

func (r *remote) obey(asked Asked) (told map[string]any, err error) {
	defer func() { // a command for a client that is not there, or not any more
		if found := recover(); found != nil {
			err = fmt.Errorf("panic: %v", found)
		}
	}()
	switch asked.Do {
	case "producer":
		made, err := r.library.NewProducer(asked)
		if err == nil {
			r.keep(asked.Who, made, made.Close)
		}
		return map[string]any{}, err
	case "consumer":
		collected := &Collected{}
		closing, err := r.library.NewConsumer(asked, collected)
		if err == nil {
			r.keep(asked.Who, collected, closing)
		}
		return map[string]any{}, err
	case "admin":
		closing, err := r.library.NewAdmin(asked)
		if err == nil {
			r.keep(asked.Who, nil, closing)
		}
		return map[string]any{}, err
	case "send":
		offsets, err := r.producer(asked).Send(asked.Topic, asked.Partition, asked.Values)
		return map[string]any{"offsets": offsets}, err
	case "measure":
		producer, took := r.producer(asked), []float64{}
		for range asked.Count {
			began := time.Now()
			if _, err := producer.Send(asked.Topic, 0, []string{"x"}); err != nil {
				return nil, err
			}
			took = append(took, float64(time.Since(began).Nanoseconds())/1e6)
		}
		return map[string]any{"ms": took}, nil
	case "begin":
		return map[string]any{}, r.producer(asked).Begin()
	case "commit", "abort":
		return map[string]any{}, r.producer(asked).End(asked.Do == "commit")
	case "records":
		return r.consumer(asked).wait(asked.Count, asked.Ms), nil
	case "close":
		r.close(asked.Who)
		return map[string]any{}, nil
	case "http":
		answer, err := http.Get(asked.URL)
		if err != nil {
			return nil, err
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		return map[string]any{"answer": string(text)}, err
	}
	return nil, errors.New("unknown command " + asked.Do)
}

func (r *remote) keep(who string, client any, closing func()) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.open[who], r.closing[who] = client, closing
}

func (r *remote) close(who string) {
	r.mutex.Lock()
	closing := r.closing[who]
	delete(r.open, who)
	delete(r.closing, who)
	r.mutex.Unlock()
	if closing != nil {
		closing()
	}
}

func (r *remote) producer(asked Asked) Producer {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.open[asked.Who].(Producer)
}

func (r *remote) consumer(asked Asked) *Collected {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.open[asked.Who].(*Collected)
}

// Millis is a duration of so many milliseconds, or of as many as are usual.
func Millis(ms, usual int) time.Duration {
	if ms == 0 {
		ms = usual
	}
	return time.Duration(ms) * time.Millisecond
}
