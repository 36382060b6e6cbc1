package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

// shortWait is how long a consumer is watched when it is expected to find nothing.
const shortWait = 300 * time.Millisecond

// newConfig speaks the newest versions that Sarama knows, with short pauses between its retries.
func newConfig() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Metadata.Retry.Backoff = 100 * time.Millisecond
	config.Metadata.AllowAutoTopicCreation = false
	config.Consumer.Return.Errors = true
	config.Consumer.Retry.Backoff = 100 * time.Millisecond
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Consumer.Group.Rebalance.Retry.Backoff = 200 * time.Millisecond
	config.Net.DialTimeout = 5 * time.Second
	config.Net.ReadTimeout = 15 * time.Second
	return config
}

func newClient(t *harness.T, config *sarama.Config) sarama.Client {
	t.Step("connecting")
	client, err := sarama.NewClient([]string{t.Bootstrap}, config)
	t.Must(err)
	t.Cleanup(func() { client.Close() })
	return client
}

func newAdmin(t *harness.T) sarama.ClusterAdmin {
	t.Step("connecting an admin client")
	admin, err := sarama.NewClusterAdmin([]string{t.Bootstrap}, newConfig())
	t.Must(err)
	t.Cleanup(func() { admin.Close() })
	return admin
}

func newTopic(t *harness.T, partitions int32) string {
	return newTopicWith(t, partitions, nil)
}

// newTopicWith creates a topic of one replica and deletes it after the scenario.
func newTopicWith(t *harness.T, partitions int32, configs map[string]*string) string {
	admin, topic := newAdmin(t), t.Name("topic")
	t.Step("creating the topic")
	t.Must(admin.CreateTopic(topic, &sarama.TopicDetail{
		NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: configs,
	}, false))
	t.Cleanup(func() { admin.DeleteTopic(topic) })
	t.Step("waiting until the topic is served")
	t.Eventually(func() bool { // Kafka's brokers hear of a new topic a moment after the client
		described := describeTopic(t, admin, topic)
		return described.Err == sarama.ErrNoError && len(described.Partitions) > 0 &&
			isLed(admin, topic, described.Partitions)
	})
	return topic
}

// isLed asks each partition's leader for an offset, which it has only when it leads.
func isLed(admin sarama.ClusterAdmin, topic string, partitions []*sarama.PartitionMetadata) bool {
	asked := map[int32]int64{}
	for _, partition := range partitions {
		asked[partition.ID] = sarama.OffsetNewest
	}
	listed, err := admin.ListOffsets(map[string]map[int32]int64{topic: asked}, nil)
	if err != nil {
		return false
	}
	for _, found := range listed[topic] {
		if found.Err != nil && !errors.Is(found.Err, sarama.ErrNoError) {
			return false
		}
	}
	return true
}

func describeTopic(t *harness.T, admin sarama.ClusterAdmin, topic string) *sarama.TopicMetadata {
	described, err := admin.DescribeTopics([]string{topic})
	t.Must(err)
	harness.Equal(t, "number of topics", len(described), 1)
	return described[0]
}

func newProducer(t *harness.T, config *sarama.Config) sarama.SyncProducer {
	t.Step("starting a producer")
	producer, err := sarama.NewSyncProducer([]string{t.Bootstrap}, config)
	t.Must(err)
	t.Cleanup(func() { producer.Close() })
	return producer
}

// send produces the values to partition 0.
func send(t *harness.T, producer sarama.SyncProducer, topic string, values ...string) {
	t.Step("producing %d messages", len(values))
	t.Must(sendAll(producer, messages(topic, values...)))
}

// sendAll returns the first message's own error, where Sarama only counts them.
func sendAll(producer sarama.SyncProducer, sent []*sarama.ProducerMessage) error {
	err := producer.SendMessages(sent)
	var each sarama.ProducerErrors
	if errors.As(err, &each) && len(each) > 0 {
		return each[0].Err
	}
	return err
}

func messages(topic string, values ...string) []*sarama.ProducerMessage {
	made := make([]*sarama.ProducerMessage, len(values))
	for i, value := range values {
		made[i] = &sarama.ProducerMessage{Topic: topic, Value: sarama.StringEncoder(value)}
	}
	return made
}

// fill produces the values "0", "1", … to partition 0.
func fill(t *harness.T, topic string, count int) {
	send(t, newProducer(t, newConfig()), topic, numbers(count)...)
}

func numbers(count int) []string {
	made := make([]string, count)
	for i := range made {
		made[i] = fmt.Sprint(i)
	}
	return made
}

// consume starts a consumer of partition 0 at the offset.
func consume(t *harness.T, config *sarama.Config, topic string, offset int64) sarama.PartitionConsumer {
	t.Step("starting a consumer")
	consumer, err := sarama.NewConsumer([]string{t.Bootstrap}, config)
	t.Must(err)
	partition, err := consumer.ConsumePartition(topic, 0, offset)
	t.Must(err)
	t.Cleanup(func() {
		partition.Close()
		consumer.Close()
	})
	return partition
}

func fromStart(t *harness.T, topic string) sarama.PartitionConsumer {
	return consume(t, newConfig(), topic, sarama.OffsetOldest)
}

// read takes count messages; an error of the consumer fails the scenario.
func read(t *harness.T, partition sarama.PartitionConsumer, count int) []*sarama.ConsumerMessage {
	t.Step("consuming %d messages", count)
	var found []*sarama.ConsumerMessage
	for len(found) < count {
		select {
		case message := <-partition.Messages():
			found = append(found, message)
		case err := <-partition.Errors():
			t.Failf("%v", err)
		case <-t.Ctx.Done():
			t.Failf("%d of %d messages came", len(found), count)
		}
	}
	return found
}

// readNothing fails when a message comes within shortWait.
func readNothing(t *harness.T, partition sarama.PartitionConsumer) {
	t.Step("consuming where there is nothing")
	select {
	case message := <-partition.Messages():
		t.Failf("unexpected message at offset %d: %q", message.Offset, message.Value)
	case err := <-partition.Errors():
		t.Failf("%v", err)
	case <-time.After(shortWait):
	}
}

// values joins the messages' values: "0 1 2".
func values(found []*sarama.ConsumerMessage) string {
	text := ""
	for i, message := range found {
		if i > 0 {
			text += " "
		}
		text += string(message.Value)
	}
	return text
}

func text(value string) *string { return &value }
