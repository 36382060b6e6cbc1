package main

import (
	"strconv"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var configs = []func(*harness.T){
	describeTopicConfigs, incrementalAlterConfigs, replaceTopicConfigs, alterConfigsRejectsValue,
	describeBrokerConfigs, describeConfigsOfManyResources,
}

func configNamed(t *harness.T, entries []sarama.ConfigEntry, key string) sarama.ConfigEntry {
	for _, entry := range entries {
		if entry.Name == key {
			return entry
		}
	}
	t.Failf("%s is missing among %d configs", key, len(entries))
	return sarama.ConfigEntry{}
}

func topicConfig(t *harness.T, topic, key string) sarama.ConfigEntry {
	admin := newAdmin(t)
	t.Step("describing %s", key)
	entries, err := admin.DescribeConfig(sarama.ConfigResource{
		Type: sarama.TopicResource, Name: topic, ConfigNames: []string{key},
	})
	t.Must(err)
	harness.Equal(t, "number of configs", len(entries), 1)
	return configNamed(t, entries, key)
}

// A topic's configs have their values and where they come from.
func describeTopicConfigs(t *harness.T) {
	topic := newTopicWith(t, 1, map[string]*string{"cleanup.policy": text("compact")})
	policy := topicConfig(t, topic, "cleanup.policy")
	harness.Equal(t, "cleanup.policy", policy.Value, "compact")
	harness.Equal(t, "source", policy.Source, sarama.SourceTopic)
	inherited := topicConfig(t, topic, "retention.ms")
	harness.Equal(t, "retention.ms", inherited.Value, "604800000")
	harness.Equal(t, "source", inherited.Source, sarama.SourceDefault)
}

func change(t *harness.T, topic, key string, operation sarama.IncrementalAlterConfigsOperation,
	value *string) error {
	admin := newAdmin(t)
	t.Step("changing %s", key)
	return admin.IncrementalAlterConfig(sarama.TopicResource, topic,
		map[string]sarama.IncrementalAlterConfigsEntry{key: {Operation: operation, Value: value}}, false)
}

// A topic's config is set and deleted, and a list is appended to, one at a time.
func incrementalAlterConfigs(t *harness.T) {
	topic := newTopic(t, 1)
	becomes := func(key, value string) {
		t.Eventually(func() bool { return topicConfig(t, topic, key).Value == value })
	}
	t.Must(change(t, topic, "retention.ms", sarama.IncrementalAlterConfigsOperationSet, text("1000")))
	becomes("retention.ms", "1000")
	t.Must(change(t, topic, "retention.ms", sarama.IncrementalAlterConfigsOperationDelete, nil))
	becomes("retention.ms", "604800000")
	t.Must(change(t, topic, "cleanup.policy",
		sarama.IncrementalAlterConfigsOperationAppend, text("compact")))
	becomes("cleanup.policy", "delete,compact")
}

// The old AlterConfigs replaces all configs of a topic.
func replaceTopicConfigs(t *harness.T) {
	topic, admin := newTopicWith(t, 1, map[string]*string{"retention.ms": text("1000")}), newAdmin(t)
	t.Step("replacing the topic's configs")
	t.Must(admin.AlterConfig(sarama.TopicResource, topic,
		map[string]*string{"segment.bytes": text("2000000")}, false))
	t.Eventually(func() bool {
		return topicConfig(t, topic, "segment.bytes").Value == "2000000" &&
			topicConfig(t, topic, "retention.ms").Value == "604800000"
	})
}

// A value that cannot be is refused and changes nothing.
func alterConfigsRejectsValue(t *harness.T) {
	topic := newTopic(t, 1)
	set := sarama.IncrementalAlterConfigsOperationSet
	t.MustFail(change(t, topic, "retention.ms", set, text("soon")), "soon")
	t.MustFail(change(t, topic, "no.such.config", set, text("1")), "no.such.config")
	harness.Equal(t, "retention.ms", topicConfig(t, topic, "retention.ms").Value, "604800000")
}

func brokerID(t *harness.T, admin sarama.ClusterAdmin) int32 {
	t.Step("describing the cluster")
	brokers, _, err := admin.DescribeCluster()
	t.Must(err)
	return brokers[0].ID()
}

// A broker's configs are described, its own id among them.
func describeBrokerConfigs(t *harness.T) {
	admin := newAdmin(t)
	id := strconv.Itoa(int(brokerID(t, admin)))
	t.Step("describing the broker's configs")
	entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.BrokerResource, Name: id})
	t.Must(err)
	harness.Equal(t, "node.id", configNamed(t, entries, "node.id").Value, id)
}

// The configs of a topic and of a broker are described in one call, with synonyms.
func describeConfigsOfManyResources(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	id := strconv.Itoa(int(brokerID(t, admin)))
	t.Step("describing the configs of two resources")
	results, err := admin.DescribeConfigs([]*sarama.ConfigResource{
		{Type: sarama.TopicResource, Name: topic}, {Type: sarama.BrokerResource, Name: id},
	}, sarama.DescribeConfigsOptions{IncludeSynonyms: true, IncludeDocumentation: true})
	t.Must(err)
	harness.Equal(t, "number of resources", len(results), 2)
	for _, result := range results {
		harness.Equal(t, "error", result.ErrorCode, sarama.ErrNoError)
		t.Check(len(result.Configs) > 20, "%d configs of %s", len(result.Configs), result.Name)
	}
}
