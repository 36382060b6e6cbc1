package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var producing = []func(*harness.T){
	produceUncompressed, produceGzip, produceSnappy, produceLz4, produceZstd, produceNullKeyAndValue,
	produceHeaders, produceTimestamps, produceAcksZero, produceAcksOne, produceAcksAll,
	produceIdempotent, produceLargeMessageBelowLimit, produceManyPartitions, produceAsync,
}

func roundTrip(t *harness.T, codec sarama.CompressionCodec) {
	topic := newTopic(t, 1)
	config := newConfig()
	config.Producer.Compression = codec
	value := strings.Repeat("compressible ", 200)
	var sent []*sarama.ProducerMessage
	for i := range 20 {
		sent = append(sent, &sarama.ProducerMessage{
			Topic: topic, Key: sarama.StringEncoder(fmt.Sprint(i)), Value: sarama.StringEncoder(value),
		})
	}
	producer := newProducer(t, config)
	t.Step("producing")
	t.Must(sendAll(producer, sent))
	for i, message := range read(t, fromStart(t, topic), len(sent)) {
		harness.Equal(t, "offset", message.Offset, int64(i))
		harness.Equal(t, "key", string(message.Key), fmt.Sprint(i))
		harness.Equal(t, "value", string(message.Value), value)
	}
}

// Uncompressed messages come back with their keys, values and offsets.
func produceUncompressed(t *harness.T) { roundTrip(t, sarama.CompressionNone) }

// A gzip batch comes back with its keys, values and offsets.
func produceGzip(t *harness.T) { roundTrip(t, sarama.CompressionGZIP) }

// A snappy batch comes back with its keys, values and offsets.
func produceSnappy(t *harness.T) { roundTrip(t, sarama.CompressionSnappy) }

// An lz4 batch comes back with its keys, values and offsets.
func produceLz4(t *harness.T) { roundTrip(t, sarama.CompressionLZ4) }

// A zstd batch comes back with its keys, values and offsets.
func produceZstd(t *harness.T) { roundTrip(t, sarama.CompressionZSTD) }

// Null and empty are different, for keys and for values.
func produceNullKeyAndValue(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newProducer(t, newConfig())
	t.Step("producing")
	t.Must(sendAll(producer, []*sarama.ProducerMessage{
		{Topic: topic, Value: sarama.ByteEncoder{}},
		{Topic: topic, Key: sarama.ByteEncoder{}},
	}))
	found := read(t, fromStart(t, topic), 2)
	t.Check(found[0].Key == nil && found[0].Value != nil, "first: %v", found[0])
	t.Check(found[1].Key != nil && found[1].Value == nil, "second: %v", found[1])
}

// Headers keep their order, repeated keys and null values.
func produceHeaders(t *harness.T) {
	topic := newTopic(t, 1)
	sent := []sarama.RecordHeader{
		{Key: []byte("a"), Value: []byte("1")}, {Key: []byte("a"), Value: []byte("2")},
		{Key: []byte("empty"), Value: []byte{}}, {Key: []byte("null")},
	}
	producer := newProducer(t, newConfig())
	t.Step("producing")
	_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: topic, Headers: sent})
	t.Must(err)
	found := read(t, fromStart(t, topic), 1)[0].Headers
	harness.Equal(t, "number of headers", len(found), len(sent))
	for i := range sent {
		t.Check(bytes.Equal(found[i].Key, sent[i].Key) && bytes.Equal(found[i].Value, sent[i].Value),
			"header %d is %v", i, found[i])
	}
}

// The producer's timestamps come back, also those that are not in order.
func produceTimestamps(t *harness.T) {
	topic := newTopic(t, 1)
	base := time.UnixMilli(time.Now().UnixMilli())
	moments := []time.Time{base, base.Add(-time.Hour), base.Add(time.Second)}
	var sent []*sarama.ProducerMessage
	for _, moment := range moments {
		sent = append(sent, &sarama.ProducerMessage{Topic: topic, Timestamp: moment})
	}
	producer := newProducer(t, newConfig())
	t.Step("producing")
	t.Must(sendAll(producer, sent))
	for i, message := range read(t, fromStart(t, topic), 3) {
		t.Check(message.Timestamp.Equal(moments[i]), "%v, expected %v", message.Timestamp, moments[i])
	}
}

func produceWithAcks(t *harness.T, acks sarama.RequiredAcks) {
	topic := newTopic(t, 1)
	config := newConfig()
	config.Producer.RequiredAcks = acks
	producer := newProducer(t, config)
	for i := range 5 {
		t.Step("producing message %d", i)
		_, offset, err := producer.SendMessage(messages(topic, fmt.Sprint(i))[0])
		t.Must(err)
		if acks != sarama.NoResponse {
			harness.Equal(t, "offset", offset, int64(i))
		}
	}
	harness.Equal(t, "values", values(read(t, fromStart(t, topic), 5)), "0 1 2 3 4")
}

// With acks=0 nothing is answered and the messages are there all the same.
func produceAcksZero(t *harness.T) { produceWithAcks(t, sarama.NoResponse) }

// With acks=1 each message gets its offset.
func produceAcksOne(t *harness.T) { produceWithAcks(t, sarama.WaitForLocal) }

// With acks=all each message gets its offset.
func produceAcksAll(t *harness.T) { produceWithAcks(t, sarama.WaitForAll) }

func idempotent() *sarama.Config {
	config := newConfig()
	config.Producer.Idempotent = true
	config.Net.MaxOpenRequests = 1
	return config
}

// An idempotent producer's batches are accepted in sequence.
func produceIdempotent(t *harness.T) {
	topic := newTopic(t, 1)
	producer := newProducer(t, idempotent())
	for range 5 {
		send(t, producer, topic, numbers(10)...)
	}
	for i, message := range read(t, fromStart(t, topic), 50) {
		harness.Equal(t, "offset", message.Offset, int64(i))
		harness.Equal(t, "value", string(message.Value), fmt.Sprint(i%10))
	}
}

// A message just below message.max.bytes (1,048,588) is accepted and comes back whole.
func produceLargeMessageBelowLimit(t *harness.T) {
	topic := newTopic(t, 1)
	config := newConfig()
	config.Producer.MaxMessageBytes = 4 << 20
	value := strings.Repeat("x", 1_048_588-100)
	send(t, newProducer(t, config), topic, value)
	found := read(t, fromStart(t, topic), 1)[0]
	t.Check(string(found.Value) == value, "%d bytes came back", len(found.Value))
}

// One client fills eight partitions, and each of them keeps its own order.
func produceManyPartitions(t *harness.T) {
	topic := newTopic(t, 8)
	var sent []*sarama.ProducerMessage
	for i := range 8 * 25 {
		value := sarama.StringEncoder(fmt.Sprint(i / 8))
		sent = append(sent, &sarama.ProducerMessage{Topic: topic, Partition: int32(i % 8), Value: value})
	}
	producer := newProducer(t, newConfig())
	t.Step("producing")
	t.Must(sendAll(producer, sent))
	for _, message := range sent {
		value, err := message.Value.Encode()
		t.Must(err)
		harness.Equal(t, "offset", fmt.Sprint(message.Offset), string(value))
	}
}

// Several thousand messages of an asynchronous producer arrive once and in order.
func produceAsync(t *harness.T) {
	const count = 5000
	topic := newTopic(t, 1)
	config := newConfig()
	config.Producer.Flush.MaxMessages = 100
	producer, err := sarama.NewAsyncProducer([]string{t.Bootstrap}, config)
	t.Must(err)
	t.Step("producing")
	go func() {
		for _, message := range messages(topic, numbers(count)...) {
			producer.Input() <- message
		}
		producer.AsyncClose()
	}()
	go func() {
		for range producer.Successes() {
		}
	}()
	for err := range producer.Errors() {
		t.Failf("%v", err)
	}
	for i, message := range read(t, fromStart(t, topic), count) {
		harness.Equal(t, "value", string(message.Value), fmt.Sprint(i))
	}
}
