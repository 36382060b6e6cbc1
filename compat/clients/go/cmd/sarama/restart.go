package main

import (
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

// These restart the broker and so run alone.
var restarts = []func(*harness.T){restartProducer, restartConsumer, restartGroup}

// patient retries until a broker that has just started leads its partitions again.
func patient(config *sarama.Config) *sarama.Config {
	config.Producer.Retry.Max = 100
	config.Metadata.Retry.Max = 50
	return config
}

// A producer goes on after a restart of the broker: nothing is lost and nothing is doubled.
func restartProducer(t *harness.T) {
	t.NeedsRestart()
	topic := newTopic(t, 1)
	producer := newProducer(t, patient(idempotent()))
	send(t, producer, topic, numbers(5)...)
	t.RestartBroker()
	send(t, producer, topic, numbers(5)...)
	found := read(t, fromStart(t, topic), 10)
	harness.Equal(t, "values", values(found), "0 1 2 3 4 0 1 2 3 4")
}

// A consumer goes on after a restart of the broker, at the next message.
func restartConsumer(t *harness.T) {
	t.NeedsRestart()
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := fromStart(t, topic)
	read(t, consumer, 3)
	t.RestartBroker()
	send(t, newProducer(t, patient(newConfig())), topic, "3", "4")
	t.Step("consuming after the restart")
	for found := 0; found < 2; {
		select {
		case <-consumer.Messages():
			found++
		case <-consumer.Errors(): // while the broker was away; the consumer tries again
		case <-t.Ctx.Done():
			t.Failf("%d of 2 messages came", found)
		}
	}
}

// A group keeps its committed offsets over a restart of the broker, and its member goes on.
func restartGroup(t *harness.T) {
	t.NeedsRestart()
	topic, group := newTopic(t, 2), t.Name("group")
	fill(t, topic, 3)
	only := joinGroup(t, group, topic, groupConfig())
	only.read(t, 3)
	only.commit(t)
	t.RestartBroker()
	send(t, newProducer(t, patient(newConfig())), topic, "3")
	t.Step("consuming after the restart")
	select {
	case message := <-only.messages:
		harness.Equal(t, "offset", message.Offset, int64(3))
	case <-time.After(15 * time.Second):
		t.Failf("no message came")
	}
	admin := newAdmin(t)
	t.Step("fetching the offset")
	harness.Equal(t, "committed offset", committed(t, admin, group, topic).Offset, int64(3))
}
