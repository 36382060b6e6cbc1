package main

import (
	"context"
	"sync"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

// member is one consumer of a group that remembers which partitions it reads at the moment.
type member struct {
	group    sarama.ConsumerGroup
	messages chan *sarama.ConsumerMessage
	errors   chan error
	stop     context.CancelFunc
	stopped  chan struct{}

	mutex   sync.Mutex
	owned   map[int32]bool
	claims  int
	session sarama.ConsumerGroupSession
}

// groupConfig commits only when it is told to.
func groupConfig(strategies ...sarama.BalanceStrategy) *sarama.Config {
	config := newConfig()
	config.Consumer.Offsets.AutoCommit.Enable = false
	if len(strategies) > 0 {
		config.Consumer.Group.Rebalance.GroupStrategies = strategies
	}
	return config
}

func joinGroup(t *harness.T, group, topic string, config *sarama.Config) *member {
	t.Step("joining the group")
	consumer, err := sarama.NewConsumerGroup([]string{t.Bootstrap}, group, config)
	t.Must(err)
	ctx, stop := context.WithCancel(context.Background())
	joined := &member{
		group: consumer, messages: make(chan *sarama.ConsumerMessage, 1000),
		errors: make(chan error, 100), stop: stop, stopped: make(chan struct{}),
		owned: map[int32]bool{},
	}
	go func() {
		defer close(joined.stopped)
		for ctx.Err() == nil {
			if err := consumer.Consume(ctx, []string{topic}, joined); err != nil {
				joined.report(err)
				time.Sleep(50 * time.Millisecond)
			}
		}
	}()
	go func() {
		for err := range consumer.Errors() {
			joined.report(err)
		}
	}()
	t.Cleanup(joined.close)
	return joined
}

func (m *member) report(err error) {
	select {
	case m.errors <- err:
	default: // nobody reads them: the first hundred are enough
	}
}

// close leaves the group, unless the member is static.
func (m *member) close() {
	m.stop()
	m.group.Close()
	<-m.stopped
}

func (m *member) Setup(session sarama.ConsumerGroupSession) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.session = session
	return nil
}

func (m *member) Cleanup(sarama.ConsumerGroupSession) error { return nil }

// ConsumeClaim is how Sarama says that a partition is owned: until this returns.
func (m *member) ConsumeClaim(
	session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim,
) error {
	m.own(claim.Partition(), true)
	defer m.own(claim.Partition(), false)
	for message := range claim.Messages() {
		session.MarkMessage(message, "")
		m.messages <- message
	}
	return nil
}

func (m *member) own(partition int32, owned bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if owned {
		m.owned[partition] = true
		m.claims++
	} else {
		delete(m.owned, partition)
	}
}

func (m *member) count() int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return len(m.owned)
}

// claimed returns how often a partition was given to this member.
func (m *member) claimed() int {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.claims
}

// commit commits what was marked so far.
func (m *member) commit(t *harness.T) {
	t.Step("committing")
	m.mutex.Lock()
	session := m.session
	m.mutex.Unlock()
	session.Commit()
}

func (m *member) read(t *harness.T, count int) []*sarama.ConsumerMessage {
	t.Step("consuming %d messages in the group", count)
	var found []*sarama.ConsumerMessage
	for len(found) < count {
		select {
		case message := <-m.messages:
			found = append(found, message)
		case err := <-m.errors:
			t.Failf("%v", err)
		case <-t.Ctx.Done():
			t.Failf("%d of %d messages came", len(found), count)
		}
	}
	return found
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
