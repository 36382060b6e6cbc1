package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var features = []func(*harness.T){
	aclsWithoutAuthorizer, clientQuotas, scramCredentials, describeLogDirs, listConfigResources,
	listReassignments, compactedTopic,
}

// Without an authorizer ACLs cannot be described: SECURITY_DISABLED.
// FEATURE: security
func aclsWithoutAuthorizer(t *harness.T) {
	t.Step("describing ACLs")
	filter := kadm.NewACLs().Topics("any").Allow().AllowHosts().
		Operations(kadm.OpAny).ResourcePatternType(kadm.ACLPatternAny)
	answers, err := newAdmin(t).DescribeACLs(t.Ctx, filter)
	t.Must(err)
	t.Check(errors.Is(answers[0].Err, kerr.SecurityDisabled), "%v", answers[0].Err)
}

// A client's quota is set, described and removed.
// FEATURE: quotas
func clientQuotas(t *harness.T) {
	admin, name := newAdmin(t), t.Name("client")
	entity := kadm.ClientQuotaEntity{{Type: "client-id", Name: &name}}
	change := func(operation kadm.AlterClientQuotaOp) {
		t.Step("altering the quota")
		answers, err := admin.AlterClientQuotas(t.Ctx, []kadm.AlterClientQuotaEntry{
			{Entity: entity, Ops: []kadm.AlterClientQuotaOp{operation}},
		})
		t.Must(err)
		t.Must(answers[0].Err)
	}
	described := func() kadm.DescribedClientQuotas {
		t.Step("describing the quota")
		found, err := admin.DescribeClientQuotas(t.Ctx, true,
			[]kadm.DescribeClientQuotaComponent{{Type: "client-id", MatchName: &name}})
		t.Must(err)
		return found
	}
	change(kadm.AlterClientQuotaOp{Key: "producer_byte_rate", Value: 1e9})
	t.Eventually(func() bool {
		found := described()
		return len(found) == 1 && found[0].Values[0].Value == 1e9
	})
	change(kadm.AlterClientQuotaOp{Key: "producer_byte_rate", Remove: true})
	t.Eventually(func() bool { return len(described()) == 0 })
}

// A user's SCRAM credentials are stored, described without the password, and deleted.
// FEATURE: security
func scramCredentials(t *harness.T) {
	admin, user := newAdmin(t), t.Name("user")
	t.Step("storing credentials")
	_, err := admin.AlterUserSCRAMs(t.Ctx, nil, []kadm.UpsertSCRAM{
		{User: user, Mechanism: kadm.ScramSha256, Iterations: 4096, Password: "secret"},
	})
	t.Must(err)
	t.Step("describing credentials")
	t.Eventually(func() bool {
		found, err := admin.DescribeUserSCRAMs(t.Ctx, user)
		t.Must(err)
		return len(found[user].CredInfos) == 1 && found[user].CredInfos[0].Iterations == 4096
	})
	t.Step("deleting credentials")
	_, err = admin.AlterUserSCRAMs(t.Ctx,
		[]kadm.DeleteSCRAM{{User: user, Mechanism: kadm.ScramSha256}}, nil)
	t.Must(err)
}

// The log directories are described with the size of each partition.
// FEATURE: admin (DescribeLogDirs)
func describeLogDirs(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 10)
	t.Step("describing log directories")
	described, err := newAdmin(t).DescribeAllLogDirs(t.Ctx, kadm.TopicsSet{topic: {0: {}}})
	t.Must(err)
	found := false
	described.Each(func(directory kadm.DescribedLogDir) {
		t.Must(directory.Err)
		partition, here := directory.Topics.Lookup(topic, 0)
		found = found || here && partition.Size > 0
	})
	t.Check(found, "the partition is in no directory: %v", described)
}

// Config resources of a type are listed, brokers among them.
// FEATURE: admin (ListConfigResources)
func listConfigResources(t *harness.T) {
	topic := newTopic(t, 1)
	t.Step("listing config resources")
	listed, err := newAdmin(t).ListConfigResources(t.Ctx, kadm.ConfigResourceTopic)
	t.Must(err)
	t.Must(listed.Err)
	for _, resource := range listed.Resources {
		if resource.Name == topic {
			return
		}
	}
	t.Failf("the topic is missing among %d resources", len(listed.Resources))
}

// Where no partition moves, no reassignment is listed.
// FEATURE: several brokers
func listReassignments(t *harness.T) {
	topic := newTopic(t, 1)
	t.Step("listing reassignments")
	listed, err := newAdmin(t).ListPartitionReassignments(t.Ctx, kadm.TopicsSet{topic: {0: {}}})
	t.Must(err)
	harness.Equal(t, "reassignments", len(listed), 0)
}

// A compacted topic keeps the last value of each key and drops the older ones in time.
// FEATURE: compaction
func compactedTopic(t *harness.T) {
	cleanOften(t)
	topic := newTopicWith(t, 1, map[string]*string{
		"cleanup.policy": text("compact"), "min.cleanable.dirty.ratio": text("0"),
		"segment.ms": text("100"), "max.compaction.lag.ms": text("100"),
	})
	client := newClient(t)
	for i := range 4 { // the pauses make each record the first of a segment
		t.Step("producing value %d", i)
		record := &kgo.Record{Topic: topic, Key: []byte("key"), Value: []byte(fmt.Sprint(i))}
		t.Must(client.ProduceSync(t.Ctx, record).FirstErr())
		time.Sleep(150 * time.Millisecond)
	}
	t.Step("waiting for the cleaner")
	t.EventuallyWithin(10*time.Second, func() bool {
		// the active segment, with value 3, is never cleaned: of the others, value 2 stays
		first := fromStart(t, topic).PollRecords(t.Ctx, 1).Records()
		time.Sleep(100 * time.Millisecond)
		return len(first) == 1 && string(first[0].Value) == "2"
	})
}

// cleanOften has the broker look for something to compact all the time, while the scenario runs.
func cleanOften(t *harness.T) {
	broker, admin := brokerID(t), newAdmin(t)
	change := kadm.AlterConfig{
		Op: kadm.SetConfig, Name: "log.cleaner.backoff.ms", Value: text("100"),
	}
	t.Step("setting log.cleaner.backoff.ms")
	answers, err := admin.AlterBrokerConfigs(t.Ctx, []kadm.AlterConfig{change}, broker)
	t.Must(err)
	t.Must(answers[0].Err)
	t.Cleanup(func() {
		change.Op = kadm.DeleteConfig
		admin.AlterBrokerConfigs(context.Background(), []kadm.AlterConfig{change}, broker)
	})
}
