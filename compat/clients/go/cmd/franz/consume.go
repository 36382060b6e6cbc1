package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var consuming = []func(*harness.T){
	consumeFromStart, consumeFromOffset, consumeFromEnd, consumeFromTimestamp, consumeRelativeOffset,
	consumeSeekBack, consumePauseAndResume, consumeLongPollLatency, consumeMinBytesWaits,
	consumeSmallFetchLimits, consumeByRegex, consumeWithoutSession, consumeBehindDeletedRecords,
	consumeReadCommittedWithoutTransactions, consumeNewPartition,
}

// A consumer that is assigned a partition reads it from the start.
func consumeFromStart(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	harness.Equal(t, "values", values(poll(t, fromStart(t, topic), 3)), "0 1 2")
}

// A consumer starts at the offset that it was given, in the middle of a batch.
func consumeFromOffset(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 5)
	consumer := newClient(t, at(topic, kgo.NewOffset().At(3)))
	harness.Equal(t, "values", values(poll(t, consumer, 2)), "3 4")
}

// A consumer that starts at the end sees only what comes later.
func consumeFromEnd(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := newClient(t, at(topic, kgo.NewOffset().AtEnd()))
	producer := newClient(t)
	var found []*kgo.Record
	for len(found) == 0 { // until the consumer has asked for the end and waits there
		t.Step("producing")
		t.Must(producer.ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Value: []byte("new")}).FirstErr())
		t.Step("consuming")
		ctx, cancel := context.WithTimeout(t.Ctx, shortPoll)
		found = consumer.PollFetches(ctx).Records()
		cancel()
	}
	harness.Equal(t, "first value", string(found[0].Value), "new")
}

// A consumer that starts at a timestamp gets the first record that is not older.
func consumeFromTimestamp(t *harness.T) {
	topic := newTopic(t, 1)
	base := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	var sent []*kgo.Record
	for i := range 5 {
		sent = append(sent, &kgo.Record{
			Topic: topic, Value: []byte(fmt.Sprint(i)), Timestamp: base.Add(time.Duration(i) * time.Minute),
		})
	}
	t.Step("producing")
	t.Must(newClient(t).ProduceSync(t.Ctx, sent...).FirstErr())
	between := base.Add(90 * time.Second).UnixMilli()
	consumer := newClient(t, at(topic, kgo.NewOffset().AfterMilli(between)))
	harness.Equal(t, "values", values(poll(t, consumer, 3)), "2 3 4")
}

// A consumer can start two records before the end.
func consumeRelativeOffset(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 5)
	consumer := newClient(t, at(topic, kgo.NewOffset().AtEnd().Relative(-2)))
	harness.Equal(t, "values", values(poll(t, consumer, 2)), "3 4")
}

// After a seek back the same records come again.
func consumeSeekBack(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 4)
	consumer := fromStart(t, topic)
	poll(t, consumer, 4)
	consumer.SetOffsets(map[string]map[int32]kgo.EpochOffset{topic: {0: {Epoch: -1, Offset: 2}}})
	harness.Equal(t, "values", values(poll(t, consumer, 2)), "2 3")
}

// A paused partition gives nothing; resumed, it goes on where it stopped.
func consumePauseAndResume(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	consumer := fromStart(t, topic)
	poll(t, consumer, 1)
	consumer.PauseFetchTopics(topic)
	fill(t, topic, 2)
	pollNothing(t, consumer)
	consumer.ResumeFetchTopics(topic)
	harness.Equal(t, "values", values(poll(t, consumer, 2)), "0 1")
}

// A waiting fetch is answered as soon as a record is there, long before its maximum wait.
func consumeLongPollLatency(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	consumer := fromStart(t, topic, kgo.FetchMaxWait(10*time.Second))
	poll(t, consumer, 1)
	pollNothing(t, consumer) // the fetch is waiting in the broker now
	producer := newClient(t)
	t.Step("producing")
	t.Must(producer.ProduceSync(t.Ctx, &kgo.Record{Topic: topic}).FirstErr())
	produced := time.Now()
	poll(t, consumer, 1)
	late := time.Since(produced)
	t.Check(late < 2*time.Second, "the record came %v after it was acknowledged", late)
}

// A fetch that finds less than min bytes waits for max wait and then answers with what there is.
func consumeMinBytesWaits(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	consumer := fromStart(t, topic, kgo.FetchMaxWait(time.Second), kgo.FetchMinBytes(100_000))
	start := time.Now()
	poll(t, consumer, 1)
	waited := time.Since(start)
	t.Check(waited > 900*time.Millisecond, "answered after %v", waited)
}

// A batch larger than the fetch limits is returned all the same, so that the consumer gets on.
func consumeSmallFetchLimits(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newClient(t, kgo.ProducerBatchCompression(kgo.NoCompression()))
	for range 3 {
		t.Step("producing")
		value := make([]byte, 20_000)
		t.Must(producer.ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Value: value}).FirstErr())
	}
	poll(t, fromStart(t, topic, kgo.FetchMaxBytes(1000), kgo.FetchMaxPartitionBytes(1000)), 3)
}

// A consumer of a pattern finds every topic that matches, and a new one later.
func consumeByRegex(t *harness.T) {
	prefix := t.Name("regex")
	admin := newAdmin(t)
	create := func(suffix string) string {
		t.Step("creating the topic %s", suffix)
		_, err := admin.CreateTopic(t.Ctx, 1, 1, nil, prefix+suffix)
		t.Must(err)
		t.Cleanup(func() { admin.DeleteTopic(context.Background(), prefix+suffix) })
		waitForPartitions(t, admin, prefix+suffix, 1)
		return prefix + suffix
	}
	fill(t, create("-a"), 1)
	consumer := newClient(t, kgo.ConsumeRegex(), kgo.ConsumeTopics("^"+prefix+"-.$"),
		kgo.MetadataMaxAge(200*time.Millisecond), kgo.FetchMaxWait(500*time.Millisecond),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()))
	harness.Equal(t, "topic", poll(t, consumer, 1)[0].Topic, prefix+"-a")
	fill(t, create("-b"), 1)
	harness.Equal(t, "topic", poll(t, consumer, 1)[0].Topic, prefix+"-b")
}

// A consumer that uses no fetch session reads the same.
func consumeWithoutSession(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := fromStart(t, topic, kgo.DisableFetchSessions())
	harness.Equal(t, "values", values(poll(t, consumer, 3)), "0 1 2")
	fill(t, topic, 1)
	poll(t, consumer, 1)
}

// A consumer whose offset was deleted is reset to the new start of the log.
func consumeBehindDeletedRecords(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 5)
	deleteBefore(t, topic, 3)
	consumer := newClient(t, at(topic, kgo.NewOffset().At(1)),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	harness.Equal(t, "values", values(poll(t, consumer, 2)), "3 4")
}

// With read_committed and no transactions all records are seen.
func consumeReadCommittedWithoutTransactions(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := fromStart(t, topic, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	harness.Equal(t, "values", values(poll(t, consumer, 3)), "0 1 2")
}

// A consumer of a topic finds the records of a partition that was added later.
func consumeNewPartition(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	consumer := newClient(t, kgo.ConsumeTopics(topic),
		kgo.MetadataMaxAge(200*time.Millisecond), kgo.FetchMaxWait(500*time.Millisecond),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()))
	poll(t, consumer, 1)
	t.Step("adding a partition")
	admin := newAdmin(t)
	_, err := admin.CreatePartitions(t.Ctx, 1, topic)
	t.Must(err)
	waitForPartitions(t, admin, topic, 2)
	t.Step("producing to the new partition")
	t.Must(newClient(t).ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Partition: 1}).FirstErr())
	harness.Equal(t, "partition", poll(t, consumer, 1)[0].Partition, int32(1))
}
