package main

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var grouping = []func(*harness.T){
	groupOfOne, groupRange, groupRoundRobin, groupSticky, groupCooperativeSticky,
	groupCooperativeKeepsPartitions, groupJoinAndLeave, groupKilledMember, groupStaticMember,
	groupCommitAndResume, groupAutoCommit, groupCommitMetadata, groupTwoAssignorsAgree,
	groupWithoutCommonAssignor, groupSimpleCommit, groupRejectsShortSession, groupMoreMembers,
}

// A group of one member gets all partitions and every record.
func groupOfOne(t *harness.T) {
	topic := newTopic(t, 3)
	fill(t, topic, 4)
	only := joinGroup(t, t.Name("group"), topic)
	harness.Equal(t, "values", values(poll(t, only.Client, 4)), "0 1 2 3")
	waitForOwned(t, 3, only)
}

func twoMembers(t *harness.T, balancer kgo.GroupBalancer) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic, kgo.Balancers(balancer))
	waitForOwned(t, 4, first)
	second := joinGroup(t, group, topic, kgo.Balancers(balancer))
	waitForOwned(t, 2, first, second)
	t.Step("describing the group")
	described, err := newAdmin(t).DescribeGroups(t.Ctx, group)
	t.Must(err)
	t.Must(described.Error())
	harness.Equal(t, "protocol", described[group].Protocol, balancer.ProtocolName())
	harness.Equal(t, "members", len(described[group].Members), 2)
}

// Two members share four partitions by the range assignor.
func groupRange(t *harness.T) { twoMembers(t, kgo.RangeBalancer()) }

// Two members share four partitions by the round robin assignor.
func groupRoundRobin(t *harness.T) { twoMembers(t, kgo.RoundRobinBalancer()) }

// Two members share four partitions by the sticky assignor.
func groupSticky(t *harness.T) { twoMembers(t, kgo.StickyBalancer()) }

// Two members share four partitions by the cooperative sticky assignor.
func groupCooperativeSticky(t *harness.T) { twoMembers(t, kgo.CooperativeStickyBalancer()) }

// In a cooperative rebalance a member loses only what the other one gets.
func groupCooperativeKeepsPartitions(t *harness.T) {
	topic, group := newTopic(t, 6), t.Name("group")
	first := joinGroup(t, group, topic, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	waitForOwned(t, 6, first)
	second := joinGroup(t, group, topic, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	waitForOwned(t, 3, first, second)
	_, revoked := first.history()
	harness.Equal(t, "partitions taken from the first member", revoked, 3)
}

// When a member leaves, the other one gets its partitions at once.
func groupJoinAndLeave(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic)
	waitForOwned(t, 4, first)
	second := joinGroup(t, group, topic)
	waitForOwned(t, 2, first, second)
	t.Step("leaving the group")
	t.Must(second.LeaveGroupContext(t.Ctx))
	left := time.Now()
	waitForOwned(t, 4, first)
	t.Check(time.Since(left) < 5*time.Second, "it took %v", time.Since(left))
}

// A member that vanishes without leaving loses its partitions after the session timeout.
func groupKilledMember(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic)
	waitForOwned(t, 4, first)
	// a heartbeat interval beyond the session timeout is a member that is dead
	second := joinGroup(t, group, topic,
		kgo.SessionTimeout(6*time.Second), kgo.HeartbeatInterval(5900*time.Millisecond),
		kgo.Dialer(dialUntil(t, 1500*time.Millisecond)))
	waitForOwned(t, 2, first, second)
	t.Step("waiting for the session timeout of the dead member")
	waitForOwned(t, 4, first)
}

// A static member that comes back within its session keeps its partitions: nobody rebalances.
func groupStaticMember(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic, kgo.InstanceID("one"))
	waitForOwned(t, 4, first)
	second := joinGroup(t, group, topic, kgo.InstanceID("two"))
	waitForOwned(t, 2, first, second)
	before, _ := first.history()
	second.Close() // a static member does not leave
	again := joinGroup(t, group, topic, kgo.InstanceID("two"))
	waitForOwned(t, 2, again)
	after, _ := first.history()
	harness.Equal(t, "assignment changes of the other member", after, before)
}

// A second member of a group goes on where the first one committed.
func groupCommitAndResume(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	first := joinGroup(t, group, topic)
	found := poll(t, first.Client, 5)
	t.Step("committing")
	t.Must(first.CommitRecords(t.Ctx, found[:3]...))
	first.Close()
	second := joinGroup(t, group, topic)
	harness.Equal(t, "values", values(poll(t, second.Client, 2)), "3 4")
}

// With automatic commits a closed member has committed what it polled.
func groupAutoCommit(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	client := newClient(t, kgo.ConsumerGroup(group), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.AutoCommitInterval(100*time.Millisecond))
	poll(t, client, 5)
	pollNothing(t, client) // what was polled before counts as processed now
	t.Step("waiting for the commit")
	admin := newAdmin(t)
	t.Eventually(func() bool {
		committed, err := admin.FetchOffsets(t.Ctx, group)
		t.Must(err)
		found, _ := committed.Lookup(topic, 0)
		return found.At == 5
	})
}

// The metadata string and the leader epoch of a commit come back as they were sent.
func groupCommitMetadata(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 1)
	commit(t, group, topic, 1, "ünïcode")
	t.Step("fetching the offset")
	fetched, err := newAdmin(t).FetchOffsets(t.Ctx, group)
	t.Must(err)
	found, _ := fetched.Lookup(topic, 0)
	harness.Equal(t, "metadata", found.Metadata, "ünïcode")
	harness.Equal(t, "leader epoch", found.LeaderEpoch, int32(0))
}

// Members that prefer different assignors agree on the one that both know.
func groupTwoAssignorsAgree(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic, kgo.Balancers(kgo.StickyBalancer(), kgo.RangeBalancer()))
	waitForOwned(t, 4, first)
	second := joinGroup(t, group, topic, kgo.Balancers(kgo.RoundRobinBalancer(), kgo.RangeBalancer()))
	waitForOwned(t, 2, first, second)
	t.Step("describing the group")
	described, err := newAdmin(t).DescribeGroups(t.Ctx, group)
	t.Must(err)
	harness.Equal(t, "protocol", described[group].Protocol, "range")
}

// A member that shares no assignor with the group is refused: INCONSISTENT_GROUP_PROTOCOL.
func groupWithoutCommonAssignor(t *harness.T) {
	topic, group := newTopic(t, 2), t.Name("group")
	first := joinGroup(t, group, topic, kgo.Balancers(kgo.RangeBalancer()))
	waitForOwned(t, 2, first)
	second := joinGroup(t, group, topic, kgo.Balancers(kgo.RoundRobinBalancer()))
	t.MustFail(groupError(t, second), "INCONSISTENT_GROUP_PROTOCOL")
}

// A session timeout below the broker's minimum of six seconds is refused: INVALID_SESSION_TIMEOUT.
func groupRejectsShortSession(t *harness.T) {
	only := joinGroup(t, t.Name("group"), newTopic(t, 1), kgo.SessionTimeout(time.Second))
	t.MustFail(groupError(t, only), "INVALID_SESSION_TIMEOUT")
}

// groupError polls until the group gives the member an error.
func groupError(t *harness.T, member *member) error {
	t.Step("waiting for the refusal")
	for {
		ctx, cancel := context.WithTimeout(t.Ctx, 5*time.Second)
		err := member.PollFetches(ctx).Err()
		cancel()
		if err != nil {
			return err
		}
	}
}

// An offset is committed without joining, as long as the group has no members.
func groupSimpleCommit(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	commit(t, group, topic, 4, "")
	only := joinGroup(t, group, topic)
	harness.Equal(t, "values", values(poll(t, only.Client, 1)), "4")
	t.Step("committing from outside while the group has a member")
	err := tryCommit(t, group, topic, 2, "")
	t.MustFail(err, "UNKNOWN_MEMBER_ID")
}

// Four members that join at the same time end with one partition each.
func groupMoreMembers(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	var members []*member
	for range 4 {
		members = append(members, joinGroup(t, group, topic))
	}
	waitForOwned(t, 1, members...)
}
