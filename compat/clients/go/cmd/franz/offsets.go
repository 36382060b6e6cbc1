package main

import (
	"errors"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var offsets = []func(*harness.T){
	fetchOffsets, fetchOffsetsOfManyGroups, fetchOffsetsWithoutCommit, resetOffsets, deleteOffsets,
	deleteOffsetsOfSubscribedTopic, commitToUnknownTopic, commitTooMuchMetadata, lagOfGroup,
}

func instance(id string) kgo.Opt { return kgo.InstanceID(id) }

// tryCommit commits an offset of partition 0 without being a member.
func tryCommit(t *harness.T, group, topic string, offset int64, metadata string) error {
	t.Step("committing offset %d", offset)
	committing := kadm.Offsets{}
	committing.Add(kadm.Offset{Topic: topic, At: offset, Metadata: metadata})
	answers, err := newAdmin(t).CommitOffsets(t.Ctx, group, committing)
	if err != nil {
		return err
	}
	return answers.Error()
}

func commit(t *harness.T, group, topic string, offset int64, metadata string) {
	t.Must(tryCommit(t, group, topic, offset, metadata))
}

// All committed offsets of a group are fetched, or those of one topic.
func fetchOffsets(t *harness.T) {
	one, two, group, admin := newTopic(t, 1), newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, one, 3, "")
	commit(t, group, two, 7, "")
	t.Step("fetching offsets")
	all, err := admin.FetchOffsets(t.Ctx, group)
	t.Must(err)
	harness.Equal(t, "topics", len(all), 2)
	some, err := admin.FetchOffsetsForTopics(t.Ctx, group, two)
	t.Must(err)
	found, _ := some.Lookup(two, 0)
	harness.Equal(t, "offset", found.At, int64(7))
}

// The offsets of several groups are fetched with one request.
func fetchOffsetsOfManyGroups(t *harness.T) {
	topic, one, two := newTopic(t, 1), t.Name("group"), t.Name("group")
	commit(t, one, topic, 1, "")
	commit(t, two, topic, 2, "")
	t.Step("fetching offsets of two groups")
	found := newAdmin(t).FetchManyOffsets(t.Ctx, one, two)
	t.Must(found.Error())
	harness.Equal(t, "offset of the first", found[one].Fetched[topic][0].At, int64(1))
	harness.Equal(t, "offset of the second", found[two].Fetched[topic][0].At, int64(2))
}

// Where nothing was committed the offset is -1, without an error.
func fetchOffsetsWithoutCommit(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	t.Step("fetching offsets")
	fetched, err := newAdmin(t).FetchOffsetsForTopics(t.Ctx, group, topic)
	t.Must(err)
	found, _ := fetched.Lookup(topic, 0)
	harness.Equal(t, "offset", found.At, int64(-1))
}

// A reset of the offsets of an empty group is where its next member starts.
func resetOffsets(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 5)
	first := joinGroup(t, group, topic)
	found := poll(t, first.Client, 5)
	t.Must(first.CommitRecords(t.Ctx, found...))
	first.Close()
	commit(t, group, topic, 1, "")
	second := joinGroup(t, group, topic)
	harness.Equal(t, "values", values(poll(t, second.Client, 4)), "1 2 3 4")
}

// A deleted offset is gone; the group's others stay.
func deleteOffsets(t *harness.T) {
	one, two, group, admin := newTopic(t, 1), newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, one, 3, "")
	commit(t, group, two, 7, "")
	t.Step("deleting an offset")
	answers, err := admin.DeleteOffsets(t.Ctx, group, kadm.TopicsSet{one: {0: {}}})
	t.Must(err)
	t.Must(answers.Error())
	left, err := admin.FetchOffsets(t.Ctx, group)
	t.Must(err)
	_, still := left.Lookup(one, 0)
	kept, _ := left.Lookup(two, 0)
	t.Check(!still && kept.At == 7, "left is %v", left)
}

// The offset of a topic that a member subscribes to is kept: GROUP_SUBSCRIBED_TO_TOPIC.
func deleteOffsetsOfSubscribedTopic(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	commit(t, group, topic, 0, "")
	waitForOwned(t, 1, joinGroup(t, group, topic))
	t.Step("deleting an offset")
	answers, err := newAdmin(t).DeleteOffsets(t.Ctx, group, kadm.TopicsSet{topic: {0: {}}})
	t.Must(err)
	t.Check(errors.Is(answers.Error(), kerr.GroupSubscribedToTopic), "%v", answers.Error())
}

// An offset of an unknown topic is not committed: UNKNOWN_TOPIC_OR_PARTITION.
func commitToUnknownTopic(t *harness.T) {
	err := tryCommit(t, t.Name("group"), t.Name("topic"), 1, "")
	t.MustFail(err, "UNKNOWN_TOPIC")
}

// Metadata of more than 4,096 characters is refused: OFFSET_METADATA_TOO_LARGE.
func commitTooMuchMetadata(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	commit(t, group, topic, 1, strings.Repeat("m", 4096))
	err := tryCommit(t, group, topic, 1, strings.Repeat("m", 4097))
	t.MustFail(err, "OFFSET_METADATA_TOO_LARGE")
}

// The lag of a group is the end offset less the committed one.
func lagOfGroup(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	fill(t, topic, 10)
	commit(t, group, topic, 4, "")
	t.Step("asking for the lag")
	lags, err := newAdmin(t).Lag(t.Ctx, group)
	t.Must(err)
	t.Must(lags.Error())
	harness.Equal(t, "lag", lags[group].Lag.Total(), int64(6))
}
