package main

import (
	"fmt"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var consuming = []func(*harness.T){
	consumeFromStart, consumeFromOffset, consumeFromEnd, consumeFromTimestamp, consumePauseAndResume,
	consumeLongPollLatency, consumeSmallFetchLimits, consumeReadCommittedWithoutTransactions,
	consumeSeveralPartitions, consumeHighWaterMark, consumeMinBytesWaits,
}

// A consumer reads a partition from its start.
func consumeFromStart(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	harness.Equal(t, "values", values(read(t, fromStart(t, topic), 3)), "0 1 2")
}

// A consumer starts at the offset that it was given, in the middle of a batch.
func consumeFromOffset(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 5)
	found := read(t, consume(t, newConfig(), topic, 3), 2)
	harness.Equal(t, "values", values(found), "3 4")
}

// A consumer that starts at the end sees only what comes later.
func consumeFromEnd(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	consumer := consume(t, newConfig(), topic, sarama.OffsetNewest)
	readNothing(t, consumer)
	send(t, newProducer(t, newConfig()), topic, "new")
	harness.Equal(t, "value", values(read(t, consumer, 1)), "new")
}

// The offset for a timestamp is that of the first message that is not older.
func consumeFromTimestamp(t *harness.T) {
	topic := newTopic(t, 1)
	base := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	var sent []*sarama.ProducerMessage
	for i := range 5 {
		sent = append(sent, &sarama.ProducerMessage{
			Topic: topic, Value: sarama.StringEncoder(fmt.Sprint(i)),
			Timestamp: base.Add(time.Duration(i) * time.Minute),
		})
	}
	producer := newProducer(t, newConfig())
	t.Step("producing")
	t.Must(sendAll(producer, sent))
	client := newClient(t, newConfig())
	t.Step("asking for the offset")
	offset, err := client.GetOffset(topic, 0, base.Add(90*time.Second).UnixMilli())
	t.Must(err)
	found := read(t, consume(t, newConfig(), topic, offset), 3)
	harness.Equal(t, "values", values(found), "2 3 4")
}

// A paused partition gives nothing more; resumed, it goes on where it stopped.
func consumePauseAndResume(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	consumer := fromStart(t, topic)
	read(t, consumer, 1)
	consumer.Pause()
	// the fetch that is under way may still bring something: let it run out
	time.Sleep(2 * newConfig().Consumer.MaxWaitTime)
	fill(t, topic, 2)
	readNothing(t, consumer)
	consumer.Resume()
	harness.Equal(t, "values", values(read(t, consumer, 2)), "0 1")
}

// A waiting fetch is answered as soon as a message is there, long before its maximum wait.
func consumeLongPollLatency(t *harness.T) {
	topic := newTopic(t, 1)
	config := newConfig()
	config.Consumer.MaxWaitTime = 10 * time.Second
	consumer := consume(t, config, topic, sarama.OffsetOldest)
	readNothing(t, consumer) // the fetch is waiting in the broker now
	fill(t, topic, 1)
	produced := time.Now()
	read(t, consumer, 1)
	late := time.Since(produced)
	t.Check(late < 2*time.Second, "the message came %v after it was acknowledged", late)
}

// A fetch that finds less than min bytes waits for max wait and then answers with what there is.
func consumeMinBytesWaits(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	config := newConfig()
	config.Consumer.MaxWaitTime = time.Second
	config.Consumer.Fetch.Min = 100_000
	consumer := consume(t, config, topic, sarama.OffsetOldest)
	start := time.Now()
	read(t, consumer, 1)
	waited := time.Since(start)
	t.Check(waited > 900*time.Millisecond, "answered after %v", waited)
}

// A batch larger than the fetch limits is returned all the same, so that the consumer gets on.
func consumeSmallFetchLimits(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newProducer(t, newConfig())
	for range 3 {
		send(t, producer, topic, string(make([]byte, 20_000)))
	}
	config := newConfig()
	config.Consumer.Fetch.Default, config.Consumer.Fetch.MaxBytes = 1000, 1000
	read(t, consume(t, config, topic, sarama.OffsetOldest), 3)
}

// With read_committed and no transactions all messages are seen.
func consumeReadCommittedWithoutTransactions(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	harness.Equal(t, "values", values(read(t, committedOnly(t, topic), 3)), "0 1 2")
}

// One consumer reads several partitions over one connection.
func consumeSeveralPartitions(t *harness.T) {
	topic := newTopic(t, 4)
	var sent []*sarama.ProducerMessage
	for i := range 40 {
		sent = append(sent, &sarama.ProducerMessage{Topic: topic, Partition: int32(i % 4)})
	}
	producer := newProducer(t, newConfig())
	t.Step("producing")
	t.Must(sendAll(producer, sent))
	consumer, err := sarama.NewConsumer([]string{t.Bootstrap}, newConfig())
	t.Must(err)
	t.Cleanup(func() { consumer.Close() })
	for partition := range int32(4) {
		t.Step("consuming partition %d", partition)
		started, err := consumer.ConsumePartition(topic, partition, sarama.OffsetOldest)
		t.Must(err)
		t.Cleanup(func() { started.Close() })
		read(t, started, 10)
	}
}

// The high watermark that comes with the messages is the end of the log.
func consumeHighWaterMark(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 7)
	consumer := fromStart(t, topic)
	read(t, consumer, 7)
	harness.Equal(t, "high watermark", consumer.HighWaterMarkOffset(), int64(7))
}
