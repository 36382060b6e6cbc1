package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var refusals = []func(*harness.T){
	produceToUnknownTopic, produceToUnknownPartition, produceTooLargeMessage, autoCreateTopic,
	consumeUnknownTopic, consumeOutOfRange, createTopicThatExists, createTopicWithInvalidName,
	createTopicWithInvalidConfig, createTopicWithTooManyReplicas, createTopicWithoutPartitions,
	createTopicThatCollides, produceOldTimestampRefused,
}

// Producing to an unknown topic, without auto creation, is UNKNOWN_TOPIC_OR_PARTITION.
func produceToUnknownTopic(t *harness.T) {
	client := newClient(t, kgo.UnknownTopicRetries(1))
	t.Step("producing")
	err := client.ProduceSync(t.Ctx, records(t.Name("topic"), 1)...).FirstErr()
	t.Check(errors.Is(err, kerr.UnknownTopicOrPartition), "%v", err)
}

// Producing to a partition that is not there is refused by the client, from the broker's metadata.
func produceToUnknownPartition(t *harness.T) {
	topic := newTopic(t, 2)
	t.Step("producing")
	record := &kgo.Record{Topic: topic, Partition: 2}
	err := newClient(t).ProduceSync(t.Ctx, record).FirstErr()
	t.MustFail(err, "partition")
}

// A message over max.message.bytes is refused by the broker: MESSAGE_TOO_LARGE.
func produceTooLargeMessage(t *harness.T) {
	topic := newTopic(t, 1)
	client := newClient(t, kgo.ProducerBatchMaxBytes(4<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()))
	t.Step("producing")
	record := &kgo.Record{Topic: topic, Value: make([]byte, 1_100_000)}
	err := client.ProduceSync(t.Ctx, record).FirstErr()
	t.Check(errors.Is(err, kerr.MessageTooLarge), "%v", err)
	t.Step("producing a small one")
	t.Must(client.ProduceSync(t.Ctx, records(topic, 1)...).FirstErr())
}

// A topic that a client may create by using it is there after a retry.
func autoCreateTopic(t *harness.T) {
	topic := t.Name("topic")
	client := newClient(t, kgo.AllowAutoTopicCreation())
	t.Step("producing")
	t.Must(client.ProduceSync(t.Ctx, records(topic, 1)...).FirstErr())
	poll(t, fromStart(t, topic), 1)
	t.Step("deleting the topic")
	_, err := newAdmin(t).DeleteTopic(t.Ctx, topic)
	t.Must(err)
}

// Consuming an unknown topic reports UNKNOWN_TOPIC_OR_PARTITION to who asks for such errors.
func consumeUnknownTopic(t *harness.T) {
	topic := t.Name("topic")
	consumer := newClient(t, kgo.ConsumeTopics(topic), kgo.KeepRetryableFetchErrors())
	t.Step("consuming")
	err := consumer.PollFetches(t.Ctx).Err()
	t.Check(errors.Is(err, kerr.UnknownTopicOrPartition), "%v", err)
}

// An offset behind the end is OFFSET_OUT_OF_RANGE to a consumer that does not want a reset.
func consumeOutOfRange(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 2)
	consumer := newClient(t, at(topic, kgo.NewOffset().At(100)),
		kgo.ConsumeResetOffset(kgo.NoResetOffset()))
	t.Step("consuming")
	err := consumer.PollFetches(t.Ctx).Err()
	t.Check(errors.Is(err, kerr.OffsetOutOfRange), "%v", err)
}

func refusedTopic(t *harness.T, name string, partitions int32, replicas int16,
	configs map[string]*string, expected error) {
	t.Step("creating the topic")
	_, err := newAdmin(t).CreateTopic(t.Ctx, partitions, replicas, configs, name)
	t.Check(errors.Is(err, expected), "%v, expected %v", err, expected)
}

// A topic that exists cannot be created: TOPIC_ALREADY_EXISTS.
func createTopicThatExists(t *harness.T) {
	refusedTopic(t, newTopic(t, 1), 1, 1, nil, kerr.TopicAlreadyExists)
}

// Names that are empty, too long, dots only or have other characters are INVALID_TOPIC_EXCEPTION.
func createTopicWithInvalidName(t *harness.T) {
	for _, name := range []string{"", ".", "..", "a b", "ä", "a/b", strings.Repeat("a", 250)} {
		refusedTopic(t, name, 1, 1, nil, kerr.InvalidTopicException)
	}
}

// A config that is unknown or has a wrong value is INVALID_CONFIG.
func createTopicWithInvalidConfig(t *harness.T) {
	for name, value := range map[string]string{"no.such": "1", "retention.ms": "x", "cleanup.policy": "y"} {
		refusedTopic(t, t.Name("topic"), 1, 1, map[string]*string{name: &value}, kerr.InvalidConfig)
	}
}

// More replicas than brokers are INVALID_REPLICATION_FACTOR.
func createTopicWithTooManyReplicas(t *harness.T) {
	refusedTopic(t, t.Name("topic"), 1, 99, nil, kerr.InvalidReplicationFactor)
}

// No partitions are INVALID_PARTITIONS.
func createTopicWithoutPartitions(t *harness.T) {
	refusedTopic(t, t.Name("topic"), 0, 1, nil, kerr.InvalidPartitions)
}

// A name that differs from another one in dots and underscores only is INVALID_TOPIC_EXCEPTION.
func createTopicThatCollides(t *harness.T) {
	topic, admin := t.Name("a_b"), newAdmin(t)
	t.Step("creating the topic")
	_, err := admin.CreateTopic(t.Ctx, 1, 1, nil, topic)
	t.Must(err)
	t.Cleanup(func() { admin.DeleteTopic(t.Ctx, topic) })
	refusedTopic(t, strings.Replace(topic, "_", ".", 1), 1, 1, nil, kerr.InvalidTopicException)
}

// A record older than message.timestamp.before.max.ms allows is INVALID_TIMESTAMP.
func produceOldTimestampRefused(t *harness.T) {
	limit := fmt.Sprint(time.Minute.Milliseconds())
	topic := newTopicWith(t, 1, map[string]*string{"message.timestamp.before.max.ms": &limit})
	t.Step("producing")
	old := &kgo.Record{Topic: topic, Timestamp: time.Now().Add(-time.Hour)}
	err := newClient(t).ProduceSync(t.Ctx, old).FirstErr()
	t.MustFail(err, "INVALID_")
}
