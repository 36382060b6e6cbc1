package main

import (
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

// These restart the broker and so run alone.
var restarts = []func(*harness.T){restartProducer, restartConsumer, restartGroup}

// A producer goes on after a restart of the broker: nothing is lost and nothing is doubled.
func restartProducer(t *harness.T) {
	t.NeedsRestart()
	topic := newTopic(t, 1)
	client := newClient(t)
	t.Step("producing before the restart")
	t.Must(client.ProduceSync(t.Ctx, records(topic, 5)...).FirstErr())
	t.RestartBroker()
	t.Step("producing after the restart")
	t.Must(client.ProduceSync(t.Ctx, records(topic, 5)...).FirstErr())
	found := poll(t, fromStart(t, topic), 10)
	harness.Equal(t, "values", values(found), "0 1 2 3 4 0 1 2 3 4")
}

// A consumer goes on after a restart of the broker, at the next record.
func restartConsumer(t *harness.T) {
	t.NeedsRestart()
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := fromStart(t, topic)
	poll(t, consumer, 3)
	t.RestartBroker()
	fill(t, topic, 2)
	t.Step("consuming after the restart")
	for found := 0; found < 2; { // fetch errors while the broker is away are the client's to retry
		found += len(consumer.PollFetches(t.Ctx).Records())
		t.Check(t.Ctx.Err() == nil, "%d of 2 records came", found)
	}
}

// A group keeps its committed offsets and its member over a restart of the broker.
func restartGroup(t *harness.T) {
	t.NeedsRestart()
	topic, group := newTopic(t, 2), t.Name("group")
	fill(t, topic, 3)
	only := joinGroup(t, group, topic, kgo.RetryTimeout(15*time.Second))
	found := poll(t, only.Client, 3)
	t.Step("committing before the restart")
	t.Must(only.CommitRecords(t.Ctx, found...))
	t.RestartBroker()
	fill(t, topic, 1)
	t.Step("consuming after the restart")
	for count := 0; count < 1; {
		count += len(only.PollFetches(t.Ctx).Records())
		t.Check(t.Ctx.Err() == nil, "no record came")
	}
	t.Step("fetching the offset")
	offsets, err := newAdmin(t).FetchOffsets(t.Ctx, group)
	t.Must(err)
	committed, _ := offsets.Lookup(topic, 0)
	harness.Equal(t, "committed offset", committed.At, int64(3))
}
