package main

import (
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var grouping = []func(*harness.T){
	groupOfOne, groupRange, groupRoundRobin, groupSticky, groupCooperativeSticky,
	groupCooperativeKeepsPartitions, groupJoinAndLeave, groupStaticMember, groupCommitAndResume,
	groupAutoCommit, groupWithoutCommonAssignor, groupRejectsShortSession, groupPauseAndResume,
	offsetManager, groupMoreMembers,
}

// A group of one member gets all partitions and every message.
func groupOfOne(t *harness.T) {
	topic := newTopic(t, 3)
	fill(t, topic, 4)
	only := joinGroup(t, t.Name("group"), topic, groupConfig())
	harness.Equal(t, "values", values(only.read(t, 4)), "0 1 2 3")
	waitForOwned(t, 3, only)
}

func twoMembers(t *harness.T, strategy func() sarama.BalanceStrategy) (first, second *member) {
	topic, group := newTopic(t, 4), t.Name("group")
	first = joinGroup(t, group, topic, groupConfig(strategy()))
	waitForOwned(t, 4, first)
	second = joinGroup(t, group, topic, groupConfig(strategy()))
	waitForOwned(t, 2, first, second)
	t.Step("describing the group")
	described, err := newAdmin(t).DescribeConsumerGroups([]string{group})
	t.Must(err)
	harness.Equal(t, "protocol", described[0].Protocol, strategy().Name())
	harness.Equal(t, "members", len(described[0].Members), 2)
	return first, second
}

// Two members share four partitions by the range strategy.
func groupRange(t *harness.T) { twoMembers(t, sarama.NewBalanceStrategyRange) }

// Two members share four partitions by the round robin strategy.
func groupRoundRobin(t *harness.T) { twoMembers(t, sarama.NewBalanceStrategyRoundRobin) }

// Two members share four partitions by the sticky strategy.
func groupSticky(t *harness.T) { twoMembers(t, sarama.NewBalanceStrategySticky) }

// Two members share four partitions by the cooperative sticky strategy.
func groupCooperativeSticky(t *harness.T) { twoMembers(t, sarama.NewBalanceStrategyCooperativeSticky) }

// In a cooperative rebalance a member keeps reading what it keeps: it is never given it again.
func groupCooperativeKeepsPartitions(t *harness.T) {
	first, _ := twoMembers(t, sarama.NewBalanceStrategyCooperativeSticky)
	harness.Equal(t, "claims of the first member", first.claimed(), 4)
}

// When a member leaves, the other one gets its partitions at once.
func groupJoinAndLeave(t *harness.T) {
	first, second := twoMembers(t, sarama.NewBalanceStrategyRange)
	t.Step("leaving the group")
	second.close()
	left := time.Now()
	waitForOwned(t, 4, first)
	t.Check(time.Since(left) < 5*time.Second, "it took %v", time.Since(left))
}

func staticConfig(instance string) *sarama.Config {
	config := groupConfig()
	config.Consumer.Group.InstanceId = instance
	return config
}

// A static member that comes back within its session keeps its partitions: nobody rebalances.
func groupStaticMember(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	first := joinGroup(t, group, topic, staticConfig("one"))
	waitForOwned(t, 4, first)
	second := joinGroup(t, group, topic, staticConfig("two"))
	waitForOwned(t, 2, first, second)
	before := first.claimed()
	second.close() // a static member does not leave
	again := joinGroup(t, group, topic, staticConfig("two"))
	waitForOwned(t, 2, again)
	harness.Equal(t, "claims of the other member", first.claimed(), before)
}

// A second member of a group goes on where the first one committed.
func groupCommitAndResume(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 3)
	first := joinGroup(t, group, topic, groupConfig())
	first.read(t, 3)
	first.commit(t)
	first.close()
	send(t, newProducer(t, newConfig()), topic, "3", "4")
	second := joinGroup(t, group, topic, groupConfig())
	harness.Equal(t, "values", values(second.read(t, 2)), "3 4")
}

// With automatic commits the offset is committed by itself.
func groupAutoCommit(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	config := newConfig()
	config.Consumer.Offsets.AutoCommit.Interval = 100 * time.Millisecond
	joinGroup(t, group, topic, config).read(t, 5)
	admin := newAdmin(t)
	t.Step("waiting for the commit")
	t.Eventually(func() bool { return committed(t, admin, group, topic).Offset == 5 })
}

// A member that shares no strategy with the group is refused: InconsistentGroupProtocol.
func groupWithoutCommonAssignor(t *harness.T) {
	topic, group := newTopic(t, 2), t.Name("group")
	first := joinGroup(t, group, topic, groupConfig(sarama.NewBalanceStrategyRange()))
	waitForOwned(t, 2, first)
	second := joinGroup(t, group, topic, groupConfig(sarama.NewBalanceStrategyRoundRobin()))
	groupRefuses(t, second, sarama.ErrInconsistentGroupProtocol)
}

// A session timeout below the broker's minimum of six seconds is refused: InvalidSessionTimeout.
func groupRejectsShortSession(t *harness.T) {
	config := groupConfig()
	config.Consumer.Group.Session.Timeout = time.Second
	only := joinGroup(t, t.Name("group"), newTopic(t, 1), config)
	groupRefuses(t, only, sarama.ErrInvalidSessionTimeout)
}

func groupRefuses(t *harness.T, member *member, expected sarama.KError) {
	t.Step("waiting for the refusal")
	select {
	case err := <-member.errors:
		t.MustFail(err, expected.Error())
	case <-t.Ctx.Done():
		t.Failf("the group did not refuse the member")
	}
}

// A paused group reads nothing more; resumed, it goes on where it stopped.
func groupPauseAndResume(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 1)
	only := joinGroup(t, t.Name("group"), topic, groupConfig())
	only.read(t, 1)
	only.group.PauseAll()
	time.Sleep(2 * newConfig().Consumer.MaxWaitTime) // the fetch that is under way may run out
	fill(t, topic, 2)
	t.Step("reading while paused")
	select {
	case message := <-only.messages:
		t.Failf("unexpected message at offset %d", message.Offset)
	case <-time.After(shortWait):
	}
	only.group.ResumeAll()
	harness.Equal(t, "values", values(only.read(t, 2)), "0 1")
}

// An offset manager commits an offset and metadata without a group, and the next one finds both.
func offsetManager(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	manage := func() (sarama.OffsetManager, sarama.PartitionOffsetManager) {
		t.Step("managing the partition's offset")
		manager, err := sarama.NewOffsetManagerFromClient(group, newClient(t, newConfig()))
		t.Must(err)
		partition, err := manager.ManagePartition(topic, 0)
		t.Must(err)
		return manager, partition
	}
	manager, partition := manage()
	partition.MarkOffset(42, "ünïcode")
	t.Step("committing")
	manager.Commit()
	t.Must(partition.Close())
	t.Must(manager.Close())
	manager, partition = manage()
	offset, metadata := partition.NextOffset()
	harness.Equal(t, "offset", offset, int64(42))
	harness.Equal(t, "metadata", metadata, "ünïcode")
	t.Must(partition.Close())
	t.Must(manager.Close())
}

// Four members that join at the same time end with one partition each.
func groupMoreMembers(t *harness.T) {
	topic, group := newTopic(t, 4), t.Name("group")
	var members []*member
	for range 4 {
		members = append(members, joinGroup(t, group, topic, groupConfig()))
	}
	waitForOwned(t, 1, members...)
}
