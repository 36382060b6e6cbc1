package main

import (
	"errors"
	"strings"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var refusals = []func(*harness.T){
	produceToUnknownTopic, produceToUnknownPartition, produceTooLargeMessage, autoCreateTopic,
	consumeUnknownTopic, consumeUnknownPartition, consumeOutOfRange, createTopicThatExists,
	createTopicWithInvalidName, createTopicWithInvalidConfig, createTopicWithTooManyReplicas,
	createTopicWithoutPartitions,
}

// Producing to an unknown topic, without auto creation, is UnknownTopicOrPartition.
func produceToUnknownTopic(t *harness.T) {
	config := newConfig()
	config.Producer.Retry.Max = 1
	producer := newProducer(t, config)
	t.Step("producing")
	_, _, err := producer.SendMessage(messages(t.Name("topic"), "0")[0])
	t.Check(errors.Is(err, sarama.ErrUnknownTopicOrPartition), "%v", err)
}

// Producing to a partition that is not there is refused by the client, from the broker's metadata.
func produceToUnknownPartition(t *harness.T) {
	topic := newTopic(t, 2)
	producer := newProducer(t, newConfig())
	t.Step("producing")
	_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: topic, Partition: 2})
	t.Check(err != nil, "partition 2 of 2 was accepted")
}

// A message over max.message.bytes is refused by the broker: MessageSizeTooLarge.
func produceTooLargeMessage(t *harness.T) {
	topic := newTopic(t, 1)
	config := newConfig()
	config.Producer.MaxMessageBytes = 4 << 20
	producer := newProducer(t, config)
	t.Step("producing")
	_, _, err := producer.SendMessage(messages(topic, strings.Repeat("x", 1_100_000))[0])
	t.Check(errors.Is(err, sarama.ErrMessageSizeTooLarge), "%v", err)
	send(t, producer, topic, "small")
}

// A topic that a client may create by using it is there after a retry.
func autoCreateTopic(t *harness.T) {
	topic := t.Name("topic")
	config := newConfig()
	config.Metadata.AllowAutoTopicCreation = true
	config.Metadata.Retry.Max = 20
	config.Producer.Retry.Max = 20
	send(t, newProducer(t, config), topic, "0")
	read(t, fromStart(t, topic), 1)
	t.Must(newAdmin(t).DeleteTopic(topic))
}

func consumeFails(t *harness.T, topic string, partition int32, offset int64, expected error) {
	consumer, err := sarama.NewConsumer([]string{t.Bootstrap}, newConfig())
	t.Must(err)
	t.Cleanup(func() { consumer.Close() })
	t.Step("consuming")
	_, err = consumer.ConsumePartition(topic, partition, offset)
	t.Check(errors.Is(err, expected), "%v, expected %v", err, expected)
}

// An unknown topic cannot be consumed: UnknownTopicOrPartition.
func consumeUnknownTopic(t *harness.T) {
	consumeFails(t, t.Name("topic"), 0, sarama.OffsetOldest, sarama.ErrUnknownTopicOrPartition)
}

// An unknown partition cannot be consumed: UnknownTopicOrPartition.
func consumeUnknownPartition(t *harness.T) {
	consumeFails(t, newTopic(t, 2), 7, sarama.OffsetOldest, sarama.ErrUnknownTopicOrPartition)
}

// A consumer cannot start behind the end: OffsetOutOfRange.
func consumeOutOfRange(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 2)
	consumeFails(t, topic, 0, 100, sarama.ErrOffsetOutOfRange)
}

func refusedTopic(t *harness.T, topic string, detail sarama.TopicDetail, expected sarama.KError) {
	admin := newAdmin(t)
	t.Step("creating the topic %q", topic)
	err := admin.CreateTopic(topic, &detail, false)
	var refused *sarama.TopicError
	t.Check(errors.As(err, &refused), "%v, expected %v", err, expected)
	harness.Equal(t, "error", refused.Err, expected)
}

// A topic that exists cannot be created: TopicAlreadyExists.
func createTopicThatExists(t *harness.T) {
	refusedTopic(t, newTopic(t, 1), sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1},
		sarama.ErrTopicAlreadyExists)
}

// Names that are too long, dots only or have other characters are InvalidTopic.
func createTopicWithInvalidName(t *harness.T) {
	for _, name := range []string{".", "..", "a b", "ä", "a/b", strings.Repeat("a", 250)} {
		refusedTopic(t, name, sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1},
			sarama.ErrInvalidTopic)
	}
}

// A config that is unknown or has a wrong value is InvalidConfig.
func createTopicWithInvalidConfig(t *harness.T) {
	for name, value := range map[string]string{"no.such": "1", "retention.ms": "x"} {
		refusedTopic(t, t.Name("topic"), sarama.TopicDetail{
			NumPartitions: 1, ReplicationFactor: 1, ConfigEntries: map[string]*string{name: &value},
		}, sarama.ErrInvalidConfig)
	}
}

// More replicas than brokers are InvalidReplicationFactor.
func createTopicWithTooManyReplicas(t *harness.T) {
	refusedTopic(t, t.Name("topic"), sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 99},
		sarama.ErrInvalidReplicationFactor)
}

// No partitions are InvalidPartitions.
func createTopicWithoutPartitions(t *harness.T) {
	refusedTopic(t, t.Name("topic"), sarama.TopicDetail{ReplicationFactor: 1},
		sarama.ErrInvalidPartitions)
}
