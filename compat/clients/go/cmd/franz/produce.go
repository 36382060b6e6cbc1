package main

import (
	"bytes"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var producing = []func(*harness.T){
	produceUncompressed, produceGzip, produceSnappy, produceLz4, produceZstd, produceNullKeyAndValue,
	produceHeaders, produceTimestamps, produceLogAppendTime, produceAcksZero, produceAcksOne,
	produceAcksAll, produceIdempotent, produceLargeMessageBelowLimit, produceManyPartitions,
	produceLargerMessageWhereTopicAllows, produceManyBatches,
}

func roundTrip(t *harness.T, codec kgo.CompressionCodec) {
	topic := newTopic(t, 1)
	client := newClient(t, kgo.ProducerBatchCompression(codec))
	value := bytes.Repeat([]byte("compressible "), 200)
	sent := make([]*kgo.Record, 20)
	for i := range sent {
		sent[i] = &kgo.Record{Topic: topic, Key: []byte(fmt.Sprint(i)), Value: value}
	}
	t.Step("producing")
	t.Must(client.ProduceSync(t.Ctx, sent...).FirstErr())
	for i, record := range poll(t, fromStart(t, topic), len(sent)) {
		harness.Equal(t, "offset", record.Offset, int64(i))
		harness.Equal(t, "key", string(record.Key), fmt.Sprint(i))
		t.Check(bytes.Equal(record.Value, value), "value %d differs", i)
	}
}

// Uncompressed records come back with their keys, values and offsets.
func produceUncompressed(t *harness.T) { roundTrip(t, kgo.NoCompression()) }

// A gzip batch comes back with its keys, values and offsets.
func produceGzip(t *harness.T) { roundTrip(t, kgo.GzipCompression()) }

// A snappy batch comes back with its keys, values and offsets.
func produceSnappy(t *harness.T) { roundTrip(t, kgo.SnappyCompression()) }

// An lz4 batch comes back with its keys, values and offsets.
func produceLz4(t *harness.T) { roundTrip(t, kgo.Lz4Compression()) }

// A zstd batch comes back with its keys, values and offsets.
func produceZstd(t *harness.T) { roundTrip(t, kgo.ZstdCompression()) }

// Null and empty are different, for keys and for values.
func produceNullKeyAndValue(t *harness.T) {
	topic := newTopic(t, 1)
	t.Step("producing")
	t.Must(newClient(t).ProduceSync(t.Ctx,
		&kgo.Record{Topic: topic, Key: nil, Value: []byte{}},
		&kgo.Record{Topic: topic, Key: []byte{}, Value: nil},
	).FirstErr())
	found := poll(t, fromStart(t, topic), 2)
	t.Check(found[0].Key == nil && found[0].Value != nil, "first: %v", found[0])
	t.Check(found[1].Key != nil && found[1].Value == nil, "second: %v", found[1])
}

// Headers keep their order, repeated keys and null values.
func produceHeaders(t *harness.T) {
	topic := newTopic(t, 1)
	sent := []kgo.RecordHeader{
		{Key: "a", Value: []byte("1")}, {Key: "a", Value: []byte("2")},
		{Key: "empty", Value: []byte{}}, {Key: "null", Value: nil}, {Key: "ü", Value: []byte{0, 255}},
	}
	t.Step("producing")
	t.Must(newClient(t).ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Headers: sent}).FirstErr())
	found := poll(t, fromStart(t, topic), 1)[0].Headers
	harness.Equal(t, "number of headers", len(found), len(sent))
	for i := range sent {
		harness.Equal(t, "header key", found[i].Key, sent[i].Key)
		t.Check(bytes.Equal(found[i].Value, sent[i].Value), "value of header %d differs", i)
	}
	t.Check(found[3].Value == nil, "the null header value became %v", found[3].Value)
}

// The producer's timestamps come back, also those that are not in order.
func produceTimestamps(t *harness.T) {
	topic := newTopic(t, 1)
	base := time.UnixMilli(time.Now().UnixMilli())
	moments := []time.Time{base, base.Add(-time.Hour), base.Add(time.Second)}
	var sent []*kgo.Record
	for _, moment := range moments {
		sent = append(sent, &kgo.Record{Topic: topic, Timestamp: moment})
	}
	t.Step("producing")
	t.Must(newClient(t).ProduceSync(t.Ctx, sent...).FirstErr())
	for i, record := range poll(t, fromStart(t, topic), 3) {
		t.Check(record.Timestamp.Equal(moments[i]), "%v, expected %v", record.Timestamp, moments[i])
		harness.Equal(t, "timestamp type", record.Attrs.TimestampType(), int8(0))
	}
}

// With message.timestamp.type=LogAppendTime the broker's time replaces the producer's.
func produceLogAppendTime(t *harness.T) {
	topic := newTopicWith(t, 1, map[string]*string{"message.timestamp.type": text("LogAppendTime")})
	t.Step("producing")
	old := time.Now().Add(-time.Hour)
	t.Must(newClient(t).ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Timestamp: old}).FirstErr())
	record := poll(t, fromStart(t, topic), 1)[0]
	t.Check(time.Since(record.Timestamp) < time.Minute, "timestamp is %v", record.Timestamp)
	harness.Equal(t, "timestamp type", record.Attrs.TimestampType(), int8(1))
}

// With acks=0 nothing is answered and the records are there all the same.
func produceAcksZero(t *harness.T) {
	topic := newTopic(t, 1)
	client := newClient(t, kgo.RequiredAcks(kgo.NoAck()), kgo.DisableIdempotentWrite())
	t.Step("producing")
	t.Must(client.ProduceSync(t.Ctx, records(topic, 5)...).FirstErr())
	harness.Equal(t, "values", values(poll(t, fromStart(t, topic), 5)), "0 1 2 3 4")
}

// With acks=1 each record gets its offset.
func produceAcksOne(t *harness.T) {
	produceWithAcks(t, kgo.RequiredAcks(kgo.LeaderAck()), kgo.DisableIdempotentWrite())
}

// With acks=all and no idempotence each record gets its offset.
func produceAcksAll(t *harness.T) {
	produceWithAcks(t, kgo.RequiredAcks(kgo.AllISRAcks()), kgo.DisableIdempotentWrite())
}

func produceWithAcks(t *harness.T, options ...kgo.Opt) {
	topic := newTopic(t, 1)
	client := newClient(t, options...)
	for i := range 5 {
		t.Step("producing record %d", i)
		record, err := client.ProduceSync(t.Ctx, &kgo.Record{Topic: topic}).First()
		t.Must(err)
		harness.Equal(t, "offset", record.Offset, int64(i))
	}
}

// An idempotent producer gets a producer id and its batches carry it, without gaps.
func produceIdempotent(t *harness.T) {
	topic := newTopic(t, 1)
	client := newClient(t)
	for i := range 5 {
		t.Step("producing batch %d", i)
		t.Must(client.ProduceSync(t.Ctx, records(topic, 10)...).FirstErr())
	}
	producerID, epoch, err := client.ProducerID(t.Ctx)
	t.Must(err)
	t.Check(producerID >= 0 && epoch >= 0, "producer id %d, epoch %d", producerID, epoch)
	for i, record := range poll(t, fromStart(t, topic), 50) {
		harness.Equal(t, "offset", record.Offset, int64(i))
		harness.Equal(t, "producer id", record.ProducerID, producerID)
	}
}

// A message just below message.max.bytes (1,048,588) is accepted and comes back whole.
func produceLargeMessageBelowLimit(t *harness.T) {
	topic := newTopic(t, 1)
	client := newClient(t, kgo.ProducerBatchMaxBytes(2<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	value := bytes.Repeat([]byte("x"), 1_048_588-100)
	t.Step("producing")
	t.Must(client.ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Value: value}).FirstErr())
	found := poll(t, fromStart(t, topic), 1)[0]
	t.Check(bytes.Equal(found.Value, value), "%d bytes came back", len(found.Value))
}

// max.message.bytes of the topic allows what the broker's default refuses.
func produceLargerMessageWhereTopicAllows(t *harness.T) {
	topic := newTopicWith(t, 1, map[string]*string{"max.message.bytes": text("4000000")})
	client := newClient(t, kgo.ProducerBatchMaxBytes(4_000_000),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	t.Step("producing")
	value := make([]byte, 3_000_000)
	t.Must(client.ProduceSync(t.Ctx, &kgo.Record{Topic: topic, Value: value}).FirstErr())
	harness.Equal(t, "length", len(poll(t, fromStart(t, topic), 1)[0].Value), 3_000_000)
}

// One client fills eight partitions, and each of them keeps its own order.
func produceManyPartitions(t *harness.T) {
	const partitions, each = 8, 25
	topic := newTopic(t, partitions)
	var sent []*kgo.Record
	for i := range partitions * each {
		value := fmt.Sprint(i / partitions)
		sent = append(sent, &kgo.Record{
			Topic: topic, Partition: int32(i % partitions), Value: []byte(value),
		})
	}
	t.Step("producing")
	t.Must(newClient(t).ProduceSync(t.Ctx, sent...).FirstErr())
	consumer := newClient(t, kgo.ConsumeTopics(topic),
		kgo.ConsumeStartOffset(kgo.NewOffset().AtStart()))
	for _, record := range poll(t, consumer, partitions*each) {
		harness.Equal(t, "value", string(record.Value), fmt.Sprint(record.Offset))
	}
}

// Several thousand records in many batches in flight arrive once and in order.
func produceManyBatches(t *harness.T) {
	const count = 5000
	topic := newTopic(t, 1)
	client := newClient(t, kgo.ProducerBatchMaxBytes(4096))
	t.Step("producing")
	t.Must(client.ProduceSync(t.Ctx, records(topic, count)...).FirstErr())
	for i, record := range poll(t, fromStart(t, topic), count) {
		harness.Equal(t, "value", string(record.Value), fmt.Sprint(i))
	}
}
