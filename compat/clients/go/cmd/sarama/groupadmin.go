package main

import (
	"strings"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var groupAdmin = []func(*harness.T){
	listGroups, describeGroup, describeUnknownGroup, deleteGroup, deleteLiveGroup, removeStaticMember,
	fetchOffsetsOfManyGroups, fetchOffsetsWithoutCommit, resetOffsets, deleteOffset,
	deleteOffsetOfSubscribedTopic, commitTooMuchMetadata, commitWhileGroupIsAlive,
}

// tryCommit commits an offset of partition 0 without being a member.
func tryCommit(t *harness.T, group, topic string, offset int64, metadata string) error {
	admin := newAdmin(t)
	t.Step("committing offset %d", offset)
	answer, err := admin.AlterConsumerGroupOffsets(group, map[string]map[int32]sarama.OffsetAndMetadata{
		topic: {0: {Offset: offset, LeaderEpoch: -1, Metadata: metadata}},
	}, nil)
	t.Must(err)
	for _, partitions := range answer.Errors {
		for _, code := range partitions {
			if code != sarama.ErrNoError {
				return code
			}
		}
	}
	return nil
}

func commit(t *harness.T, group, topic string, offset int64) {
	t.Must(tryCommit(t, group, topic, offset, ""))
}

// committed returns what the group has committed for partition 0.
func committed(t *harness.T, admin sarama.ClusterAdmin, group, topic string,
) *sarama.OffsetFetchResponseBlock {
	answer, err := admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: {0}})
	t.Must(err)
	block := answer.GetBlock(topic, 0)
	t.Check(block != nil, "the partition is missing in the answer")
	harness.Equal(t, "error", block.Err, sarama.ErrNoError)
	return block
}

// A group is listed with its protocol type.
func listGroups(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	waitForOwned(t, 1, joinGroup(t, group, topic, groupConfig()))
	t.Step("listing groups")
	listed, err := admin.ListConsumerGroups()
	t.Must(err)
	harness.Equal(t, "protocol type", listed[group], "consumer")
}

// A group's description names its members, what each subscribes to and what it owns.
func describeGroup(t *harness.T) {
	topic, group, admin := newTopic(t, 2), t.Name("group"), newAdmin(t)
	waitForOwned(t, 2, joinGroup(t, group, topic, groupConfig()))
	t.Step("describing the group")
	described, err := admin.DescribeConsumerGroups([]string{group})
	t.Must(err)
	harness.Equal(t, "state", described[0].State, "Stable")
	harness.Equal(t, "members", len(described[0].Members), 1)
	for _, member := range described[0].Members {
		harness.Equal(t, "client id", member.ClientId, "sarama")
		subscription, err := member.GetMemberMetadata()
		t.Must(err)
		harness.Equal(t, "subscribed topics", strings.Join(subscription.Topics, " "), topic)
		assignment, err := member.GetMemberAssignment()
		t.Must(err)
		harness.Equal(t, "assigned partitions", len(assignment.Topics[topic]), 2)
	}
}

// A group that never was is described as dead.
func describeUnknownGroup(t *harness.T) {
	admin := newAdmin(t)
	t.Step("describing the group")
	described, err := admin.DescribeConsumerGroups([]string{t.Name("group")})
	t.Must(err)
	harness.Equal(t, "state", described[0].State, "Dead")
}

// An empty group is deleted; then it is unknown.
func deleteGroup(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, topic, 0)
	t.Step("deleting the group")
	t.Must(admin.DeleteConsumerGroup(group))
	t.MustFail(admin.DeleteConsumerGroup(group), sarama.ErrGroupIDNotFound.Error())
}

// A group with a member is not deleted: NonEmptyGroup.
func deleteLiveGroup(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	waitForOwned(t, 1, joinGroup(t, group, topic, groupConfig()))
	t.Step("deleting the group")
	t.MustFail(admin.DeleteConsumerGroup(group), sarama.ErrNonEmptyGroup.Error())
}

// An admin removes a static member by its instance id; an unknown one is UnknownMemberId.
func removeStaticMember(t *harness.T) {
	topic, group, admin := newTopic(t, 2), t.Name("group"), newAdmin(t)
	first := joinGroup(t, group, topic, staticConfig("one"))
	waitForOwned(t, 2, first)
	second := joinGroup(t, group, topic, staticConfig("two"))
	waitForOwned(t, 1, first, second)
	second.close()
	t.Step("removing the members")
	answer, err := admin.RemoveMemberFromConsumerGroup(group, []string{"two", "three"})
	t.Must(err)
	harness.Equal(t, "answers", len(answer.Members), 2)
	harness.Equal(t, "error of two", answer.Members[0].Err, sarama.ErrNoError)
	harness.Equal(t, "error of three", answer.Members[1].Err, sarama.ErrUnknownMemberId)
	waitForOwned(t, 2, first)
}

// The offsets of several groups are fetched with one request.
func fetchOffsetsOfManyGroups(t *harness.T) {
	topic, one, two, admin := newTopic(t, 1), t.Name("group"), t.Name("group"), newAdmin(t)
	commit(t, one, topic, 1)
	commit(t, two, topic, 2)
	t.Step("fetching the offsets of two groups")
	found, err := admin.ListConsumerGroupOffsetsBatch(map[string]map[string][]int32{
		one: {topic: {0}}, two: nil, // nil is every partition with an offset
	})
	t.Must(err)
	for group, expected := range map[string]int64{one: 1, two: 2} {
		t.Check(found[group] != nil, "%s is missing", group)
		harness.Equal(t, "error", found[group].Err, sarama.ErrNoError)
		harness.Equal(t, "offset", found[group].Blocks[topic][0].Offset, expected)
	}
}

// Where nothing was committed the offset is -1, without an error.
func fetchOffsetsWithoutCommit(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("fetching the offset")
	harness.Equal(t, "offset", committed(t, admin, t.Name("group"), topic).Offset, int64(-1))
}

// A reset of the offsets of an empty group is where its next member starts.
func resetOffsets(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	first := joinGroup(t, group, topic, groupConfig())
	first.read(t, 5)
	first.commit(t)
	first.close()
	commit(t, group, topic, 1)
	second := joinGroup(t, group, topic, groupConfig())
	harness.Equal(t, "values", values(second.read(t, 4)), "1 2 3 4")
}

// A deleted offset is gone; the group's others stay.
func deleteOffset(t *harness.T) {
	one, two, group, admin := newTopic(t, 1), newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, one, 3)
	commit(t, group, two, 7)
	t.Step("deleting an offset")
	t.Must(admin.DeleteConsumerGroupOffset(group, one, 0))
	harness.Equal(t, "deleted offset", committed(t, admin, group, one).Offset, int64(-1))
	harness.Equal(t, "kept offset", committed(t, admin, group, two).Offset, int64(7))
}

// The offset of a topic that a member subscribes to is kept: GroupSubscribedToTopic.
func deleteOffsetOfSubscribedTopic(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, topic, 0)
	waitForOwned(t, 1, joinGroup(t, group, topic, groupConfig()))
	t.Step("deleting an offset")
	t.MustFail(admin.DeleteConsumerGroupOffset(group, topic, 0),
		sarama.ErrGroupSubscribedToTopic.Error())
}

// Metadata of more than 4,096 characters is refused: OffsetMetadataTooLarge.
func commitTooMuchMetadata(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	t.Must(tryCommit(t, group, topic, 1, strings.Repeat("m", 4096)))
	err := tryCommit(t, group, topic, 1, strings.Repeat("m", 4097))
	t.MustFail(err, sarama.ErrOffsetMetadataTooLarge.Error())
}

// While a group has a member nobody else commits for it: UnknownMemberId.
func commitWhileGroupIsAlive(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	waitForOwned(t, 1, joinGroup(t, group, topic, groupConfig()))
	t.MustFail(tryCommit(t, group, topic, 1, ""), sarama.ErrUnknownMemberId.Error())
}
