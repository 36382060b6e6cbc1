package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

// shortPoll is how long a poll waits when it is expected to find nothing.
const shortPoll = 300 * time.Millisecond

// newClient makes a client that obeys Record.Partition and is closed after the scenario.
func newClient(t *harness.T, options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(t.Bootstrap),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.MetadataMinAge(100 * time.Millisecond),
	}, options...)...)
	t.Must(err)
	t.Cleanup(client.CloseAllowingRebalance)
	return client
}

func newAdmin(t *harness.T) *kadm.Client {
	return kadm.NewClient(newClient(t))
}

// newTopic creates a topic of one broker and deletes it after the scenario.
func newTopic(t *harness.T, partitions int32) string {
	return newTopicWith(t, partitions, nil)
}

func newTopicWith(t *harness.T, partitions int32, configs map[string]*string) string {
	admin := newAdmin(t)
	topic := t.Name("topic")
	t.Step("creating the topic")
	_, err := admin.CreateTopic(t.Ctx, partitions, 1, configs, topic)
	t.Must(err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		admin.DeleteTopic(ctx, topic)
	})
	waitForPartitions(t, admin, topic, 1)
	return topic
}

// waitForPartitions waits until so many partitions or more are listed and led: Kafka's brokers hear
// of new ones a moment after the client that created them.
func waitForPartitions(t *harness.T, admin *kadm.Client, topic string, least int) {
	t.Step("waiting until the topic is served")
	t.Eventually(func() bool {
		served, err := admin.ListEndOffsets(t.Ctx, topic)
		return err == nil && served.Error() == nil && len(served[topic]) >= least
	})
}

// records makes count records for partition 0 with the values "0", "1", …
func records(topic string, count int) []*kgo.Record {
	made := make([]*kgo.Record, count)
	for i := range made {
		made[i] = &kgo.Record{Topic: topic, Value: []byte(fmt.Sprint(i))}
	}
	return made
}

// fill produces count records to partition 0.
func fill(t *harness.T, topic string, count int) {
	t.Step("producing %d records", count)
	t.Must(newClient(t).ProduceSync(t.Ctx, records(topic, count)...).FirstErr())
}

// poll collects records until there are count of them; any fetch error fails the scenario.
func poll(t *harness.T, client *kgo.Client, count int) []*kgo.Record {
	t.Step("consuming %d records", count)
	var found []*kgo.Record
	for len(found) < count {
		fetches := client.PollFetches(t.Ctx)
		t.Must(fetches.Err())
		found = append(found, fetches.Records()...)
	}
	harness.Equal(t, "number of records", len(found), count)
	return found
}

// pollNothing fails when a record comes within shortPoll.
func pollNothing(t *harness.T, client *kgo.Client) {
	t.Step("polling where there is nothing")
	ctx, cancel := context.WithTimeout(t.Ctx, shortPoll)
	defer cancel()
	for _, record := range client.PollFetches(ctx).Records() {
		t.Failf("unexpected record at offset %d: %q", record.Offset, record.Value)
	}
}

// at consumes partition 0 of the topic from the offset.
func at(topic string, offset kgo.Offset) kgo.Opt {
	return kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: offset}})
}

// fromStart is a consumer of partition 0 from its beginning.
func fromStart(t *harness.T, topic string, options ...kgo.Opt) *kgo.Client {
	return newClient(t, append(options, at(topic, kgo.NewOffset().AtStart()))...)
}

// values joins the records' values: "0 1 2".
func values(found []*kgo.Record) string {
	text := ""
	for i, record := range found {
		if i > 0 {
			text += " "
		}
		text += string(record.Value)
	}
	return text
}

func text(value string) *string { return &value }
