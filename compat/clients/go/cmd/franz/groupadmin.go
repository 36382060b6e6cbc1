package main

import (
	"errors"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	"wirekafka.compat/go/harness"
)

var groupAdmin = []func(*harness.T){
	listGroups, describeGroup, describeUnknownGroup, deleteGroup, deleteLiveGroup,
	removeStaticMember, findCoordinators,
}

// Groups are listed with state and type; filters by state and by type are obeyed.
func listGroups(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	waitForOwned(t, 1, joinGroup(t, group, topic))
	t.Step("listing groups")
	stable, err := admin.ListGroups(t.Ctx, "Stable")
	t.Must(err)
	harness.Equal(t, "state", stable[group].State, "Stable")
	harness.Equal(t, "protocol type", stable[group].ProtocolType, "consumer")
	empty, err := admin.ListGroups(t.Ctx, "Empty")
	t.Must(err)
	_, listed := empty[group]
	t.Check(!listed, "a stable group is listed as empty")
	classic, err := admin.ListGroupsByType(t.Ctx, []string{"classic"})
	t.Must(err)
	harness.Equal(t, "group of the classic type", classic[group].Group, group)
	next, err := admin.ListGroupsByType(t.Ctx, []string{"consumer"})
	t.Must(err)
	_, listed = next[group]
	t.Check(!listed, "a classic group is listed as a consumer group")
}

// A group's description names its members, their client, and what each subscribes to and owns.
func describeGroup(t *harness.T) {
	topic, group := newTopic(t, 2), t.Name("group")
	waitForOwned(t, 2, joinGroup(t, group, topic))
	t.Step("describing the group")
	described, err := newAdmin(t).DescribeGroups(t.Ctx, group)
	t.Must(err)
	found := described[group]
	t.Must(found.Err)
	harness.Equal(t, "state", found.State, "Stable")
	harness.Equal(t, "members", len(found.Members), 1)
	member := found.Members[0]
	harness.Equal(t, "client id", member.ClientID, "kgo")
	t.Check(len(member.ClientHost) > 1 && member.ClientHost[0] == '/', "host %q", member.ClientHost)
	subscription, is := member.Join.AsConsumer()
	t.Check(is && len(subscription.Topics) == 1 && subscription.Topics[0] == topic, "%v", subscription)
	assigned, is := member.Assigned.AsConsumer()
	t.Check(is && len(assigned.Topics) == 1 && len(assigned.Topics[0].Partitions) == 2, "%v", assigned)
}

// A group that never was is described as dead or as not found.
func describeUnknownGroup(t *harness.T) {
	group := t.Name("group")
	t.Step("describing the group")
	described, err := newAdmin(t).DescribeGroups(t.Ctx, group)
	t.Must(err)
	found := described[group]
	t.Check(errors.Is(found.Err, kerr.GroupIDNotFound), "error %v", found.Err)
	harness.Equal(t, "state", found.State, "Dead")
}

// An empty group is deleted with its offsets; then it is unknown.
func deleteGroup(t *harness.T) {
	topic, group, admin := newTopic(t, 1), t.Name("group"), newAdmin(t)
	commit(t, group, topic, 0, "")
	t.Step("deleting the group")
	_, err := admin.DeleteGroup(t.Ctx, group)
	t.Must(err)
	offsets, err := admin.FetchOffsets(t.Ctx, group)
	t.Must(err)
	_, found := offsets.Lookup(topic, 0)
	t.Check(!found, "the offset is still there")
	_, err = admin.DeleteGroup(t.Ctx, group)
	t.MustFail(err, "GROUP_ID_NOT_FOUND")
}

// A group with a member is not deleted: NON_EMPTY_GROUP.
func deleteLiveGroup(t *harness.T) {
	topic, group := newTopic(t, 1), t.Name("group")
	waitForOwned(t, 1, joinGroup(t, group, topic))
	t.Step("deleting the group")
	_, err := newAdmin(t).DeleteGroup(t.Ctx, group)
	t.MustFail(err, "NON_EMPTY_GROUP")
}

// An admin removes a static member by its instance id; an unknown one is UNKNOWN_MEMBER_ID.
func removeStaticMember(t *harness.T) {
	topic, group, admin := newTopic(t, 2), t.Name("group"), newAdmin(t)
	first := joinGroup(t, group, topic, instance("one"))
	waitForOwned(t, 2, first)
	second := joinGroup(t, group, topic, instance("two"))
	waitForOwned(t, 1, first, second)
	second.Close()
	t.Step("removing the members")
	answers, err := admin.LeaveGroup(t.Ctx, kadm.LeaveGroup(group).InstanceIDs("two", "three"))
	t.Must(err)
	t.Must(answers["two"].Err)
	t.Check(errors.Is(answers["three"].Err, kerr.UnknownMemberID), "%v", answers["three"].Err)
	waitForOwned(t, 2, first)
}

// The coordinators of several groups are found with one request.
func findCoordinators(t *harness.T) {
	admin, one, two := newAdmin(t), t.Name("group"), t.Name("group")
	t.Step("finding coordinators")
	t.Eventually(func() bool { // COORDINATOR_NOT_AVAILABLE until the offsets topic is there
		found := admin.FindGroupCoordinators(t.Ctx, one, two)
		return found[one].Err == nil && found[two].Err == nil && found[one].NodeID >= 0
	})
}
