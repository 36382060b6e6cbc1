package main

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"wirekafka.compat/go/harness"
)

// dialUntil is a dialer whose connections all break after a while, and no new ones are made: the
// client behind it has died without a word.
func dialUntil(
	t *harness.T, life time.Duration,
) func(context.Context, string, string) (net.Conn, error) {
	var mutex sync.Mutex
	var open []net.Conn
	dead := false
	timer := time.AfterFunc(life, func() {
		mutex.Lock()
		defer mutex.Unlock()
		dead = true
		for _, connection := range open {
			connection.Close()
		}
	})
	t.Cleanup(func() { timer.Stop() })
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		mutex.Lock()
		defer mutex.Unlock()
		if dead {
			return nil, errors.New("this client is dead")
		}
		connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			open = append(open, connection)
		}
		return connection, err
	}
}
