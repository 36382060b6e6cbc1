package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

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

// partitions returns what the member owns, as a text that can be compared.
func (m *member) partitions() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return fmt.Sprint(slices.Sorted(maps.Keys(m.owned)))
}

// commitOwned commits for each partition of the member its number + 10.
func (m *member) commitOwned(t *harness.T, topic string) {
	m.mutex.Lock()
	offsets := map[int32]kgo.EpochOffset{}
	for partition := range m.owned {
		offsets[partition] = kgo.EpochOffset{Epoch: -1, Offset: int64(partition) + 10}
	}
	m.mutex.Unlock()
	var failed error
	m.CommitOffsetsSync(t.Ctx, map[string]map[int32]kgo.EpochOffset{topic: offsets},
		func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, answer *kmsg.OffsetCommitResponse, err error) {
			failed = err
			for _, row := range answerRows(answer) {
				failed = errors.Join(failed, kerr.ErrorForCode(row.ErrorCode))
			}
		})
	t.Must(failed)
}

func answerRows(answer *kmsg.OffsetCommitResponse) []kmsg.OffsetCommitResponseTopicPartition {
	if answer == nil {
		return nil
	}
	var rows []kmsg.OffsetCommitResponseTopicPartition
	for _, topic := range answer.Topics {
		rows = append(rows, topic.Partitions...)
	}
	return rows
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
