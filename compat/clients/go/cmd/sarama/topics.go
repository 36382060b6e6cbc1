package main

import (
	"errors"
	"time"

	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var topics = []func(*harness.T){
	createTopic, createTopicValidateOnly, deleteTopic, recreateTopicHasNewId, createPartitions,
	createPartitionsCannotShrink, deleteRecords, listTopics, listOffsets, listOffsetsByTime,
	listOffsetsOfMaxTimestampIsTooOld, electLeaders, describeCluster,
}

// A created topic has the partitions and the configs it was asked for.
func createTopic(t *harness.T) {
	topic, admin := newTopicWith(t, 3, map[string]*string{"retention.ms": text("60000")}), newAdmin(t)
	t.Step("listing topics")
	listed, err := admin.ListTopics()
	t.Must(err)
	harness.Equal(t, "partitions", listed[topic].NumPartitions, int32(3))
	harness.Equal(t, "replication factor", listed[topic].ReplicationFactor, int16(1))
	harness.Equal(t, "retention.ms", *listed[topic].ConfigEntries["retention.ms"], "60000")
}

// Validating a creation answers as creating does, and creates nothing.
func createTopicValidateOnly(t *harness.T) {
	topic, admin := t.Name("topic"), newAdmin(t)
	t.Step("validating")
	t.Must(admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, true))
	harness.Equal(t, "error", describeTopic(t, admin, topic).Err, sarama.ErrUnknownTopicOrPartition)
}

// A deleted topic is unknown afterwards.
func deleteTopic(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("deleting the topic")
	t.Must(admin.DeleteTopic(topic))
	t.Step("waiting until the topic is unknown")
	t.Eventually(func() bool {
		return describeTopic(t, admin, topic).Err == sarama.ErrUnknownTopicOrPartition
	})
	t.MustFail(admin.DeleteTopic(topic), "does not exist")
}

// A topic that is deleted and created again has a new id and none of its old messages.
func recreateTopicHasNewId(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	fill(t, topic, 3)
	before := describeTopic(t, admin, topic).Uuid
	t.Step("deleting the topic")
	t.Must(admin.DeleteTopic(topic))
	t.Step("creating it again")
	t.Must(admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 1, ReplicationFactor: 1}, false))
	t.Eventually(func() bool {
		described := describeTopic(t, admin, topic)
		return described.Err == sarama.ErrNoError && described.Uuid != before
	})
	fill(t, topic, 1)
	harness.Equal(t, "offset", read(t, fromStart(t, topic), 1)[0].Offset, int64(0))
}

// CreatePartitions raises the number of partitions to the new total.
func createPartitions(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("creating partitions")
	t.Must(admin.CreatePartitions(topic, 4, nil, false))
	t.Eventually(func() bool { return len(describeTopic(t, admin, topic).Partitions) == 4 })
}

// A smaller number of partitions is refused: InvalidPartitions.
func createPartitionsCannotShrink(t *harness.T) {
	topic, admin := newTopic(t, 3), newAdmin(t)
	t.Step("shrinking")
	t.MustFail(admin.CreatePartitions(topic, 2, nil, false), sarama.ErrInvalidPartitions.Error())
}

// DeleteRecords moves the start of the log.
func deleteRecords(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	fill(t, topic, 5)
	t.Step("deleting records")
	t.Must(admin.DeleteRecords(topic, map[int32]int64{0: 2}))
	harness.Equal(t, "values", values(read(t, fromStart(t, topic), 3)), "2 3 4")
	t.MustFail(admin.DeleteRecords(topic, map[int32]int64{0: 99}), "")
}

// All topics are listed; each partition has a leader that is in sync.
func listTopics(t *harness.T) {
	topic := newTopic(t, 2)
	client := newClient(t, newConfig())
	t.Step("asking for all topics")
	listed, err := client.Topics()
	t.Must(err)
	found := false
	for _, name := range listed {
		found = found || name == topic
	}
	t.Check(found, "the topic is missing among %d", len(listed))
	leader, epoch, err := client.LeaderAndEpoch(topic, 1)
	t.Must(err)
	t.Check(leader.ID() >= 0 && epoch == 0, "leader %d, epoch %d", leader.ID(), epoch)
	replicas, err := client.InSyncReplicas(topic, 1)
	t.Must(err)
	harness.Equal(t, "replicas in sync", len(replicas), 1)
}

// offsetAt asks for the offset at a time, or at one of the special times.
func offsetAt(t *harness.T, topic string, time int64) *sarama.OffsetResult {
	admin := newAdmin(t)
	t.Step("listing the offset at %d", time)
	listed, err := admin.ListOffsets(map[string]map[int32]int64{topic: {0: time}}, nil)
	t.Must(err)
	found := listed[topic][0]
	t.Check(found.Err == nil || errors.Is(found.Err, sarama.ErrNoError), "%v", found.Err)
	return found
}

// The start and the end are those of the log.
func listOffsets(t *harness.T) {
	topic := newTopic(t, 1)
	fill(t, topic, 3)
	harness.Equal(t, "start", offsetAt(t, topic, sarama.OffsetOldest).Offset, int64(0))
	harness.Equal(t, "end", offsetAt(t, topic, sarama.OffsetNewest).Offset, int64(3))
}

// The offset for a time is that of the first message that is not older; after the last, -1.
func listOffsetsByTime(t *harness.T) {
	topic, now := newTopic(t, 1), time.Now().UnixMilli()
	producer := newProducer(t, newConfig())
	for _, before := range []int64{30_000, 10_000, 20_000} {
		t.Step("producing")
		_, _, err := producer.SendMessage(&sarama.ProducerMessage{
			Topic: topic, Timestamp: time.UnixMilli(now - before),
		})
		t.Must(err)
	}
	harness.Equal(t, "offset by time", offsetAt(t, topic, now-25_000).Offset, int64(1))
	harness.Equal(t, "offset after the last message", offsetAt(t, topic, now).Offset, int64(-1))
}

// Sarama asks for the max timestamp (-3) in a version too low for it: UnsupportedVersion.
func listOffsetsOfMaxTimestampIsTooOld(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("listing the offset of the max timestamp")
	listed, err := admin.ListOffsets(map[string]map[int32]int64{topic: {0: -3}}, nil)
	t.Must(err)
	t.MustFail(listed[topic][0].Err, sarama.ErrUnsupportedVersion.Error())
}

// Electing the preferred leader where it leads already is ElectionNotNeeded.
func electLeaders(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("electing")
	answers, err := admin.ElectLeaders(sarama.PreferredElection, map[string][]int32{topic: {0}})
	t.Must(err)
	harness.Equal(t, "error", answers[topic][0].ErrorCode, sarama.ErrElectionNotNeeded)
}

// The cluster has brokers, and its controller is one of them.
func describeCluster(t *harness.T) {
	admin := newAdmin(t)
	t.Step("describing the cluster")
	brokers, controller, err := admin.DescribeCluster()
	t.Must(err)
	for _, broker := range brokers {
		if broker.ID() == controller {
			return
		}
	}
	t.Failf("controller %d is none of %d brokers", controller, len(brokers))
}
