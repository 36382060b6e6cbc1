package main

import (
	"strconv"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kmsg"

	"wirekafka.compat/go/harness"
)

var configs = []func(*harness.T){
	describeTopicConfigs, alterTopicConfigs, alterTopicConfigsAsList, alterTopicConfigsRejectsValue,
	replaceTopicConfigs, describeBrokerConfigs, alterBrokerConfigs, describeCluster,
	describeApiVersions, authorizedOperations,
}

// topicConfig returns one config of the topic.
func topicConfig(t *harness.T, topic, key string) kadm.Config {
	t.Step("describing the topic's configs")
	described, err := newAdmin(t).DescribeTopicConfigs(t.Ctx, topic)
	t.Must(err)
	resource, err := described.On(topic, nil)
	t.Must(err)
	t.Must(resource.Err)
	return configNamed(t, resource.Configs, key)
}

func configNamed(t *harness.T, found []kadm.Config, key string) kadm.Config {
	for _, config := range found {
		if config.Key == key {
			return config
		}
	}
	t.Failf("%s is missing among %d configs", key, len(found))
	return kadm.Config{}
}

// A topic's configs have their values, where they come from, and the synonyms they inherit.
func describeTopicConfigs(t *harness.T) {
	topic := newTopicWith(t, 1, map[string]*string{"cleanup.policy": text("compact")})
	policy := topicConfig(t, topic, "cleanup.policy")
	harness.Equal(t, "cleanup.policy", *policy.Value, "compact")
	harness.Equal(t, "source", policy.Source, kmsg.ConfigSourceDynamicTopicConfig)
	harness.Equal(t, "synonyms", len(policy.Synonyms), 2)
	harness.Equal(t, "name of the broker's", policy.Synonyms[1].Key, "log.cleanup.policy")
	inherited := topicConfig(t, topic, "retention.ms")
	harness.Equal(t, "retention.ms", *inherited.Value, "604800000")
	harness.Equal(t, "source", inherited.Source, kmsg.ConfigSourceDefaultConfig)
}

func alter(t *harness.T, topic string, changes ...kadm.AlterConfig) error {
	t.Step("altering the topic's configs")
	answers, err := newAdmin(t).AlterTopicConfigs(t.Ctx, changes, topic)
	t.Must(err)
	answer, err := answers.On(topic, nil)
	t.Must(err)
	return answer.Err
}

// A topic's config is set and deleted again, one at a time.
func alterTopicConfigs(t *harness.T) {
	topic := newTopic(t, 1)
	t.Must(alter(t, topic,
		kadm.AlterConfig{Op: kadm.SetConfig, Name: "retention.ms", Value: text("1000")}))
	t.Eventually(func() bool { return *topicConfig(t, topic, "retention.ms").Value == "1000" })
	t.Must(alter(t, topic, kadm.AlterConfig{Op: kadm.DeleteConfig, Name: "retention.ms"}))
	t.Eventually(func() bool { return *topicConfig(t, topic, "retention.ms").Value == "604800000" })
}

// A config that is a list can be appended to and subtracted from.
func alterTopicConfigsAsList(t *harness.T) {
	topic := newTopic(t, 1)
	t.Must(alter(t, topic,
		kadm.AlterConfig{Op: kadm.AppendConfig, Name: "cleanup.policy", Value: text("compact")}))
	t.Eventually(func() bool {
		return *topicConfig(t, topic, "cleanup.policy").Value == "delete,compact"
	})
	t.Must(alter(t, topic,
		kadm.AlterConfig{Op: kadm.SubtractConfig, Name: "cleanup.policy", Value: text("delete")}))
	t.Eventually(func() bool { return *topicConfig(t, topic, "cleanup.policy").Value == "compact" })
}

// A value that cannot be is refused and changes nothing: INVALID_CONFIG.
func alterTopicConfigsRejectsValue(t *harness.T) {
	topic := newTopic(t, 1)
	t.MustFail(alter(t, topic,
		kadm.AlterConfig{Op: kadm.SetConfig, Name: "retention.ms", Value: text("soon")}),
		"INVALID_CONFIG")
	t.MustFail(alter(t, topic,
		kadm.AlterConfig{Op: kadm.SetConfig, Name: "no.such.config", Value: text("1")}),
		"INVALID_CONFIG")
	harness.Equal(t, "retention.ms", *topicConfig(t, topic, "retention.ms").Value, "604800000")
}

// The old AlterConfigs replaces all configs of a topic.
func replaceTopicConfigs(t *harness.T) {
	topic := newTopicWith(t, 1, map[string]*string{"retention.ms": text("1000")})
	t.Step("replacing the topic's configs")
	answers, err := newAdmin(t).AlterTopicConfigsState(t.Ctx,
		[]kadm.AlterConfig{{Name: "segment.bytes", Value: text("2000000")}}, topic)
	t.Must(err)
	t.Must(answers[0].Err)
	t.Eventually(func() bool {
		return *topicConfig(t, topic, "segment.bytes").Value == "2000000" &&
			*topicConfig(t, topic, "retention.ms").Value == "604800000"
	})
}

func brokerID(t *harness.T) int32 {
	t.Step("listing brokers")
	brokers, err := newAdmin(t).ListBrokers(t.Ctx)
	t.Must(err)
	t.Check(len(brokers) > 0, "no brokers")
	return brokers[0].NodeID
}

func brokerConfig(t *harness.T, broker int32, key string) kadm.Config {
	t.Step("describing the broker's configs")
	described, err := newAdmin(t).DescribeBrokerConfigs(t.Ctx, broker)
	t.Must(err)
	resource, err := described.On(strconv.Itoa(int(broker)), nil)
	t.Must(err)
	t.Must(resource.Err)
	return configNamed(t, resource.Configs, key)
}

// A broker's configs are described, its own id among them.
func describeBrokerConfigs(t *harness.T) {
	broker := brokerID(t)
	config := brokerConfig(t, broker, "node.id")
	harness.Equal(t, "node.id", *config.Value, strconv.Itoa(int(broker)))
	harness.Equal(t, "source", config.Source, kmsg.ConfigSourceStaticBrokerConfig)
}

// A dynamic config of a broker is set and deleted again.
func alterBrokerConfigs(t *harness.T) {
	broker, admin := brokerID(t), newAdmin(t)
	const key = "log.cleaner.delete.retention.ms" // harmless for what else runs at this time
	set := func(change kadm.AlterConfig) {
		t.Step("altering the broker's config")
		answers, err := admin.AlterBrokerConfigs(t.Ctx, []kadm.AlterConfig{change}, broker)
		t.Must(err)
		t.Must(answers[0].Err)
	}
	set(kadm.AlterConfig{Op: kadm.SetConfig, Name: key, Value: text("86400001")})
	t.Eventually(func() bool {
		config := brokerConfig(t, broker, key)
		return *config.Value == "86400001" && config.Source == kmsg.ConfigSourceDynamicBrokerConfig
	})
	set(kadm.AlterConfig{Op: kadm.DeleteConfig, Name: key})
	t.Eventually(func() bool { return *brokerConfig(t, broker, key).Value == "86400000" })
}

// The cluster has an id, a controller and the broker that was asked.
func describeCluster(t *harness.T) {
	t.Step("describing the cluster")
	metadata, err := newAdmin(t).BrokerMetadata(t.Ctx)
	t.Must(err)
	harness.Equal(t, "length of the cluster id", len(metadata.Cluster), 22)
	t.Check(len(metadata.Brokers) > 0 && metadata.Controller >= 0, "%v", metadata)
	answer, err := kmsg.NewPtrDescribeClusterRequest().RequestWith(t.Ctx, newClient(t))
	t.Must(err)
	harness.Equal(t, "cluster id of DescribeCluster", answer.ClusterID, metadata.Cluster)
	harness.Equal(t, "brokers", len(answer.Brokers), len(metadata.Brokers))
}

// The broker says which APIs it has, Produce, Fetch and Metadata among them.
func describeApiVersions(t *harness.T) {
	t.Step("asking for versions")
	versions, err := newAdmin(t).ApiVersions(t.Ctx)
	t.Must(err)
	versions.Each(func(broker kadm.BrokerApiVersions) {
		t.Must(broker.Err)
		for _, key := range []int16{0, 1, 3, 18} {
			_, _, known := broker.KeyVersions(key)
			t.Check(known, "API %d is missing", key)
		}
	})
}

// Without an authorizer everything is allowed, and nothing is said where nothing was asked.
func authorizedOperations(t *harness.T) {
	client := newClient(t)
	t.Step("describing the cluster")
	request := kmsg.NewPtrDescribeClusterRequest()
	answer, err := request.RequestWith(t.Ctx, client)
	t.Must(err)
	harness.Equal(t, "operations not asked for", answer.ClusterAuthorizedOperations, -2147483648)
	request.IncludeClusterAuthorizedOperations = true
	answer, err = request.RequestWith(t.Ctx, client)
	t.Must(err)
	t.Check(answer.ClusterAuthorizedOperations > 0, "%d", answer.ClusterAuthorizedOperations)
}
