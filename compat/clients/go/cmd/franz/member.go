package main

import (
	"context"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

// member is one consumer of a group that remembers what it was given and what was taken away.
type member struct {
	*kgo.Client
	mutex   sync.Mutex
	owned   map[int32]bool
	changes int // calls that gave or took at least one partition
	revoked int // partitions taken away
}

// joinGroup starts a member that commits only when it is told to.
func joinGroup(t *harness.T, group, topic string, options ...kgo.Opt) *member {
	joined := &member{owned: map[int32]bool{}}
	joined.Client = newClient(t, append([]kgo.Opt{
		kgo.ConsumerGroup(group),
		kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(),
		// short: franz-go may wait with one partition while the next one's offset is still looked up
		kgo.FetchMaxWait(500 * time.Millisecond),
		kgo.SessionTimeout(10 * time.Second),
		kgo.HeartbeatInterval(200 * time.Millisecond),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, given map[string][]int32) {
			joined.change(given[topic], true)
		}),
		kgo.OnPartitionsRevoked(func(_ context.Context, _ *kgo.Client, taken map[string][]int32) {
			joined.change(taken[topic], false)
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, taken map[string][]int32) {
			joined.change(taken[topic], false)
		}),
	}, options...)...)
	return joined
}

func (m *member) change(partitions []int32, owned bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	for _, partition := range partitions {
		if owned {
			m.owned[partition] = true
		} else {
			delete(m.owned, partition)
			m.revoked++
		}
	}
	if len(partitions) > 0 {
		m.changes++
	}
}

// count returns how many partitions the member owns.
func (m *member) count() int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return len(m.owned)
}

// history returns how often the assignment changed, and how many partitions were taken away.
func (m *member) history() (changes, revoked int) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.changes, m.revoked
}

// waitForOwned waits until each member owns so many partitions.
func waitForOwned(t *harness.T, each int, members ...*member) {
	t.Step("waiting until %d members own %d partitions each", len(members), each)
	t.Eventually(func() bool {
		for _, member := range members {
			if member.count() != each {
				return false
			}
		}
		return true
	})
}
