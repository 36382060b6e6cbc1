package main

import (
	"errors"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirekafka.compat/go/harness"
)

var topics = []func(*harness.T){
	createTopic, createTopicValidateOnly, createTopicWithBrokerDefaults, deleteTopic,
	recreateTopicHasNewId, createPartitions, createPartitionsCannotShrink, deleteRecords,
	listTopics, listOffsets, listOffsetsOfMaxTimestamp, listOffsetsByTime, offsetForLeaderEpoch,
	electLeaders,
}

// A created topic has the partitions, the id and the configs it was asked for.
func createTopic(t *harness.T) {
	topic, admin := t.Name("topic"), newAdmin(t)
	t.Step("creating the topic")
	created, err := admin.CreateTopic(t.Ctx, 3, 1,
		map[string]*string{"retention.ms": text("60000")}, topic)
	t.Must(err)
	harness.Equal(t, "partitions", created.NumPartitions, int32(3))
	harness.Equal(t, "replication factor", created.ReplicationFactor, int16(1))
	harness.Equal(t, "retention.ms", *created.Configs["retention.ms"].Value, "60000")
	t.Step("listing the topic")
	t.Eventually(func() bool {
		listed, err := admin.ListTopics(t.Ctx, topic)
		t.Must(err)
		return listed.Has(topic) && listed[topic].ID == created.ID &&
			len(listed[topic].Partitions) == 3
	})
	t.Step("deleting the topic")
	_, err = admin.DeleteTopic(t.Ctx, topic)
	t.Must(err)
}

// Validating a creation answers as creating does, and creates nothing.
func createTopicValidateOnly(t *harness.T) {
	topic, admin := t.Name("topic"), newAdmin(t)
	t.Step("validating")
	answers, err := admin.ValidateCreateTopics(t.Ctx, 2, 1, nil, topic)
	t.Must(err)
	t.Must(answers.Error())
	t.Step("listing the topic")
	listed, err := admin.ListTopics(t.Ctx, topic)
	t.Must(err)
	t.Check(errors.Is(listed[topic].Err, kerr.UnknownTopicOrPartition), "%v", listed[topic])
}

// With -1 partitions and -1 replicas the broker's defaults are taken.
func createTopicWithBrokerDefaults(t *harness.T) {
	topic := newTopic(t, -1)
	t.Step("listing the topic")
	listed, err := newAdmin(t).ListTopics(t.Ctx, topic)
	t.Must(err)
	harness.Equal(t, "partitions", len(listed[topic].Partitions), 1)
}

// A deleted topic is unknown afterwards.
func deleteTopic(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("deleting the topic")
	_, err := admin.DeleteTopic(t.Ctx, topic)
	t.Must(err)
	t.Step("waiting until the topic is unknown")
	t.Eventually(func() bool {
		listed, err := admin.ListTopics(t.Ctx, topic)
		t.Must(err)
		return errors.Is(listed[topic].Err, kerr.UnknownTopicOrPartition)
	})
	_, err = admin.DeleteTopic(t.Ctx, topic)
	t.MustFail(err, "UNKNOWN_TOPIC_OR_PARTITION")
}

// A topic that is deleted and created again has a new id and none of its old records.
func recreateTopicHasNewId(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	fill(t, topic, 3)
	before, err := admin.ListTopics(t.Ctx, topic)
	t.Must(err)
	t.Step("deleting the topic")
	_, err = admin.DeleteTopic(t.Ctx, topic)
	t.Must(err)
	t.Step("creating it again")
	created, err := admin.CreateTopic(t.Ctx, 1, 1, nil, topic)
	t.Must(err)
	t.Check(created.ID != before[topic].ID, "the id is the same")
	t.Step("waiting until the new topic is known")
	t.Eventually(func() bool {
		listed, err := admin.ListTopics(t.Ctx, topic)
		t.Must(err)
		return listed[topic].ID == created.ID
	})
	waitForPartitions(t, newAdmin(t), topic, 1)
	fill(t, topic, 1)
	harness.Equal(t, "offset", poll(t, fromStart(t, topic), 1)[0].Offset, int64(0))
}

// CreatePartitions raises the number of partitions to the new total.
func createPartitions(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("creating partitions")
	answers, err := admin.UpdatePartitions(t.Ctx, 4, topic)
	t.Must(err)
	t.Must(answers.Error())
	t.Step("waiting for the partitions")
	t.Eventually(func() bool {
		listed, err := admin.ListTopics(t.Ctx, topic)
		t.Must(err)
		return len(listed[topic].Partitions) == 4
	})
}

// A smaller number of partitions is refused: INVALID_PARTITIONS.
func createPartitionsCannotShrink(t *harness.T) {
	topic := newTopic(t, 3)
	t.Step("shrinking")
	answers, err := newAdmin(t).UpdatePartitions(t.Ctx, 2, topic)
	t.Must(err)
	t.MustFail(answers.Error(), "INVALID_PARTITIONS")
}

// deleteBefore deletes the records of partition 0 below the offset.
func deleteBefore(t *harness.T, topic string, offset int64) int64 {
	t.Step("deleting records below %d", offset)
	offsets := kadm.Offsets{}
	offsets.AddOffset(topic, 0, offset, -1)
	answers, err := newAdmin(t).DeleteRecords(t.Ctx, offsets)
	t.Must(err)
	t.Must(answers.Error())
	return answers[topic][0].LowWatermark
}

// DeleteRecords moves the log start; -1 stands for the high watermark.
func deleteRecords(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 5)
	harness.Equal(t, "low watermark", deleteBefore(t, topic, 2), int64(2))
	t.Step("listing the start")
	starts, err := newAdmin(t).ListStartOffsets(t.Ctx, topic)
	t.Must(err)
	harness.Equal(t, "start", starts[topic][0].Offset, int64(2))
	harness.Equal(t, "values", values(poll(t, fromStart(t, topic), 3)), "2 3 4")
	harness.Equal(t, "low watermark", deleteBefore(t, topic, -1), int64(5))
}

// All topics are listed; each partition has a leader, and the leader is in sync.
func listTopics(t *harness.T) {
	topic := newTopic(t, 2)
	t.Step("listing all topics")
	listed, err := newAdmin(t).ListTopics(t.Ctx)
	t.Must(err)
	t.Check(listed.Has(topic), "the topic is missing among %d", len(listed))
	for _, partition := range listed[topic].Partitions {
		t.Check(partition.Leader >= 0 && len(partition.ISR) == 1, "partition %v", partition)
	}
}

// The start, the end and the last stable offset are those of the log.
func listOffsets(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	fill(t, topic, 3)
	t.Step("listing offsets")
	starts, err := admin.ListStartOffsets(t.Ctx, topic)
	t.Must(err)
	ends, err := admin.ListEndOffsets(t.Ctx, topic)
	t.Must(err)
	stable, err := admin.ListCommittedOffsets(t.Ctx, topic)
	t.Must(err)
	harness.Equal(t, "start", starts[topic][0].Offset, int64(0))
	harness.Equal(t, "end", ends[topic][0].Offset, int64(3))
	harness.Equal(t, "leader epoch", ends[topic][0].LeaderEpoch, int32(0))
	harness.Equal(t, "last stable", stable[topic][0].Offset, int64(3))
}

// produceAt produces one record per second of the list, in batches of one.
func produceAt(t *harness.T, topic string, seconds ...int64) {
	client := newClient(t)
	for _, second := range seconds {
		t.Step("producing at second %d", second)
		record := &kgo.Record{Topic: topic, Timestamp: time.Unix(second, 0)}
		t.Must(client.ProduceSync(t.Ctx, record).FirstErr())
	}
}

// The offset of the max timestamp is that of the newest record, wherever it stands.
func listOffsetsOfMaxTimestamp(t *harness.T) {
	topic, now := newTopic(t, 1), time.Now().Unix()
	produceAt(t, topic, now-20, now-5, now-10)
	t.Step("listing the max timestamp")
	listed, err := newAdmin(t).ListMaxTimestampOffsets(t.Ctx, topic)
	t.Must(err)
	harness.Equal(t, "offset", listed[topic][0].Offset, int64(1))
	harness.Equal(t, "timestamp", listed[topic][0].Timestamp, (now-5)*1000)
}

// The offset for a time is that of the first record which is not older; after the last, the end.
func listOffsetsByTime(t *harness.T) {
	topic, admin, now := newTopic(t, 1), newAdmin(t), time.Now().Unix()
	produceAt(t, topic, now-30, now-20, now-10)
	t.Step("listing by time")
	listed, err := admin.ListOffsetsAfterMilli(t.Ctx, (now-25)*1000, topic)
	t.Must(err)
	harness.Equal(t, "offset", listed[topic][0].Offset, int64(1))
	listed, err = admin.ListOffsetsAfterMilli(t.Ctx, now*1000, topic)
	t.Must(err)
	harness.Equal(t, "offset after the last record", listed[topic][0].Offset, int64(3))
}

// The end offset of the first leader epoch is the end of the log.
func offsetForLeaderEpoch(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	t.Step("asking for epoch 0")
	request := kadm.OffsetForLeaderEpochRequest{}
	request.Add(topic, 0, 0)
	answers, err := newAdmin(t).OffsetForLeaderEpoch(t.Ctx, request)
	t.Must(err)
	t.Must(answers[topic][0].Err)
	harness.Equal(t, "end offset", answers[topic][0].EndOffset, int64(3))
}

// Electing the preferred leader where it leads already is ELECTION_NOT_NEEDED.
func electLeaders(t *harness.T) {
	topic := newTopic(t, 1)
	t.Step("electing")
	answers, err := newAdmin(t).ElectLeaders(t.Ctx, kadm.ElectPreferredReplica,
		kadm.TopicsSet{topic: {0: {}}})
	t.Must(err)
	t.Check(errors.Is(answers[topic][0].Err, kerr.ElectionNotNeeded), "%v", answers[topic][0].Err)
}
