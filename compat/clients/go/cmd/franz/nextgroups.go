package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"wirekafka.compat/go/harness"
)

var nextGroups = []func(*harness.T){
	nextGroupOfOne, nextGroupOfTwo, nextGroupCommitAndResume, nextGroupLeave, nextGroupKeepsCommits,
	nextGroupStaticMember, nextGroupByRegex, shareGroup,
}

// joinNext starts a member of the new consumer protocol. franz-go silently takes the classic
// protocol where the broker lacks the new one: describeNext is what tells.
func joinNext(t *harness.T, group, topic string, options ...kgo.Opt) *member {
	return joinGroup(t, group, topic, append(options, kgo.ServerSideBalancer(),
		kgo.Balancers(kgo.StickyBalancer()))...)
}

func describeNext(t *harness.T, group string, members int) {
	t.Step("describing the group of the new protocol")
	described, err := newAdmin(t).DescribeConsumerGroups(t.Ctx, group)
	t.Must(err)
	t.Must(described.Error())
	harness.Equal(t, "assignor", described[group].AssignorName, "uniform")
	harness.Equal(t, "members", len(described[group].Members), members)
}

// A member of the new consumer protocol gets all partitions from the broker.
// FEATURE: KIP-848 groups
func nextGroupOfOne(t *harness.T) {
	topic, group := newTopic(t, 3), t.Name("group")
	fill(t, topic, 3)
	only := joinNext(t, group, topic)
	harness.Equal(t, "values", values(poll(t, only.Client, 3)), "0 1 2")
	waitForOwned(t, 3, only)
	describeNext(t, group, 1)
}

// Two members of the new consumer protocol share the partitions evenly.
// FEATURE: KIP-848 groups
func nextGroupOfTwo(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinNext(t, group, topic)
	waitForOwned(t, 4, first)
	describeNext(t, group, 1)
	second := joinNext(t, group, topic)
	waitForOwned(t, 2, first, second)
	describeNext(t, group, 2)
}

// A group of the new consumer protocol goes on where it committed.
// FEATURE: KIP-848 groups
func nextGroupCommitAndResume(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	first := joinNext(t, group, topic)
	found := poll(t, first.Client, 5)
	describeNext(t, group, 1)
	t.Step("committing")
	t.Must(first.CommitRecords(t.Ctx, found[:3]...))
	first.Close()
	second := joinNext(t, group, topic)
	harness.Equal(t, "values", values(poll(t, second.Client, 2)), "3 4")
}

// When a member of the new consumer protocol leaves, the other one gets its partitions.
// FEATURE: KIP-848 groups
func nextGroupLeave(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinNext(t, group, topic)
	waitForOwned(t, 4, first)
	describeNext(t, group, 1)
	second := joinNext(t, group, topic)
	waitForOwned(t, 2, first) // each step takes a heartbeat, which is 5 s in this protocol
	second.Close()
	waitForOwned(t, 4, first)
}

// What two members of the new consumer protocol committed stays when one of them leaves.
// FEATURE: KIP-848 groups
func nextGroupKeepsCommits(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinNext(t, group, topic)
	waitForOwned(t, 4, first)
	second := joinNext(t, group, topic)
	waitForOwned(t, 2, first, second)
	t.Step("committing as both members")
	first.commitOwned(t, topic)
	second.commitOwned(t, topic)
	second.Close()
	waitForOwned(t, 4, first)
	t.Step("fetching the offsets")
	found, err := newAdmin(t).FetchOffsets(t.Ctx, group)
	t.Must(err)
	for partition := range int32(4) {
		offset, known := found.Lookup(topic, partition)
		t.Check(known, "partition %d has no offset", partition)
		harness.Equal(t, "offset", offset.At, int64(partition)+10)
	}
}

// A static member of the new consumer protocol that comes back has its partitions again.
// FEATURE: KIP-848 groups
func nextGroupStaticMember(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	goes := joinNext(t, group, topic, instance("goes"))
	waitForOwned(t, 4, goes)
	stays := joinNext(t, group, topic, instance("stays"))
	waitForOwned(t, 2, goes, stays)
	had, before := goes.partitions(), stays.partitions()
	leaveForAMoment(t, group, "goes", goes)
	again := joinNext(t, group, topic, instance("goes"))
	waitForOwned(t, 2, again, stays)
	harness.Equal(t, "partitions", again.partitions(), had)
	harness.Equal(t, "partitions of the other", stays.partitions(), before)
}

// leaveForAMoment closes a static member and says that it will be back. franz-go's own heartbeat with
// epoch -2 does not name the instance, so both brokers refuse it (INVALID_REQUEST).
func leaveForAMoment(t *harness.T, group, instance string, goes *member) {
	t.Step("leaving for a moment")
	memberID, _ := goes.GroupMetadata()
	goes.Close()
	request := kmsg.NewPtrConsumerGroupHeartbeatRequest()
	request.Group, request.MemberID, request.MemberEpoch = group, memberID, -2
	request.InstanceID = &instance
	answer, err := request.RequestWith(t.Ctx, newClient(t))
	t.Must(err)
	t.Must(kerr.ErrorForCode(answer.ErrorCode))
}

// The broker matches a member's regular expression: it reads the topics with such names.
// FEATURE: KIP-848 groups
func nextGroupByRegex(t *harness.T) {
	one, two, group := newTopic(t, 1), newTopic(t, 1), t.Name("group")
	fill(t, one, 1)
	fill(t, two, 1)
	consumer := joinNext(t, group, "^("+one+"|"+two+")$", kgo.ConsumeRegex())
	found := poll(t, consumer.Client, 2)
	t.Check(found[0].Topic != found[1].Topic, "both records are of %s", found[0].Topic)
	describeNext(t, group, 1)
}

// Members of a share group share the records of one partition, each of which is acknowledged.
// FEATURE: share groups
func shareGroup(t *harness.T) {
	needAPI(t, kmsg.ShareFetch.Int16())
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 4)
	readFromStart(t, group)
	acknowledged := make(chan error, 100)
	consumer := newClient(t, kgo.ShareGroup(group), kgo.ConsumeTopics(topic),
		kgo.ShareAckCallback(func(_ *kgo.Client, results kgo.ShareAckResults) {
			acknowledged <- results.Error()
		}))
	t.Step("consuming by the share group")
	var found []*kgo.Record
	for len(found) < 4 {
		ctx, cancel := context.WithTimeout(t.Ctx, 5*time.Second)
		fetches := consumer.PollFetches(ctx)
		cancel()
		if err := fetches.Err(); err != nil && ctx.Err() == nil {
			t.Failf("%v", err)
		}
		found = append(found, fetches.Records()...)
		t.Check(t.Ctx.Err() == nil, "only %d records came", len(found))
	}
	consumer.MarkAcks(kgo.AckAccept, found...)
	t.Step("acknowledging")
	t.Must(consumer.FlushAcks(t.Ctx))
	t.Must(<-acknowledged)
}

// readFromStart sets share.auto.offset.reset, which is latest unless the group says otherwise.
func readFromStart(t *harness.T, group string) {
	t.Step("configuring the share group")
	request := kmsg.NewPtrIncrementalAlterConfigsRequest()
	resource := kmsg.NewIncrementalAlterConfigsRequestResource()
	resource.ResourceType = kmsg.ConfigResourceTypeGroupConfig
	resource.ResourceName = group
	config := kmsg.NewIncrementalAlterConfigsRequestResourceConfig()
	config.Name, config.Value = "share.auto.offset.reset", text("earliest")
	resource.Configs = append(resource.Configs, config)
	request.Resources = append(request.Resources, resource)
	_, err := request.RequestWith(t.Ctx, newClient(t))
	t.Must(err)
}

// needAPI fails at once where the client would look for the API until its time is up.
func needAPI(t *harness.T, key int16) {
	t.Step("asking for versions")
	versions, err := newAdmin(t).ApiVersions(t.Ctx)
	t.Must(err)
	versions.Each(func(broker kadm.BrokerApiVersions) {
		_, _, known := broker.KeyVersions(key)
		t.Check(known, "the broker does not have %s", kmsg.NameForKey(key))
	})
}
