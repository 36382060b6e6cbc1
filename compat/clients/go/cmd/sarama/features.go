package main

import (
	"github.com/IBM/sarama"

	"wirekafka.compat/go/harness"
)

var features = []func(*harness.T){
	aclsWithoutAuthorizer, clientQuotas, scramCredentials, describeLogDirs, listReassignments,
}

// Without an authorizer ACLs cannot be created: SecurityDisabled.
// FEATURE: security
func aclsWithoutAuthorizer(t *harness.T) {
	admin := newAdmin(t)
	t.Step("creating an ACL")
	err := admin.CreateACLs([]*sarama.ResourceAcls{{
		Resource: sarama.Resource{
			ResourceType: sarama.AclResourceTopic, ResourceName: t.Name("topic"),
			ResourcePatternType: sarama.AclPatternLiteral,
		},
		Acls: []*sarama.Acl{{
			Principal: "User:compat", Host: "*", Operation: sarama.AclOperationRead,
			PermissionType: sarama.AclPermissionAllow,
		}},
	}})
	t.MustFail(err, sarama.ErrSecurityDisabled.Error())
}

// A client's quota is set, described and removed.
// FEATURE: quotas
func clientQuotas(t *harness.T) {
	admin, name := newAdmin(t), t.Name("client")
	entity := []sarama.QuotaEntityComponent{
		{EntityType: sarama.QuotaEntityClientID, MatchType: sarama.QuotaMatchExact, Name: name},
	}
	filter := []sarama.QuotaFilterComponent{
		{EntityType: sarama.QuotaEntityClientID, MatchType: sarama.QuotaMatchExact, Match: name},
	}
	described := func() []sarama.DescribeClientQuotasEntry {
		t.Step("describing the quota")
		found, err := admin.DescribeClientQuotas(filter, true)
		t.Must(err)
		return found
	}
	const key = "producer_byte_rate"
	t.Step("setting the quota")
	t.Must(admin.AlterClientQuotas(entity, sarama.ClientQuotasOp{Key: key, Value: 1e9}, false))
	t.Eventually(func() bool {
		found := described()
		return len(found) == 1 && found[0].Values[key] == 1e9
	})
	t.Step("removing the quota")
	t.Must(admin.AlterClientQuotas(entity, sarama.ClientQuotasOp{Key: key, Remove: true}, false))
	t.Eventually(func() bool { return len(described()) == 0 })
}

// A user's SCRAM credentials are stored, described without the password, and deleted.
// FEATURE: security
func scramCredentials(t *harness.T) {
	admin, user := newAdmin(t), t.Name("user")
	t.Step("storing credentials")
	stored, err := admin.UpsertUserScramCredentials([]sarama.AlterUserScramCredentialsUpsert{{
		Name: user, Mechanism: sarama.SCRAM_MECHANISM_SHA_256, Iterations: 4096,
		Salt: []byte("salt"), Password: []byte("secret"),
	}})
	t.Must(err)
	harness.Equal(t, "error", stored[0].ErrorCode, sarama.ErrNoError)
	t.Step("describing credentials")
	t.Eventually(func() bool {
		found, err := admin.DescribeUserScramCredentials([]string{user})
		t.Must(err)
		return len(found) == 1 && len(found[0].CredentialInfos) == 1 &&
			found[0].CredentialInfos[0].Iterations == 4096
	})
	t.Step("deleting credentials")
	deleted, err := admin.DeleteUserScramCredentials([]sarama.AlterUserScramCredentialsDelete{
		{Name: user, Mechanism: sarama.SCRAM_MECHANISM_SHA_256},
	})
	t.Must(err)
	harness.Equal(t, "error", deleted[0].ErrorCode, sarama.ErrNoError)
}

// The log directories are described with the size of each partition.
// FEATURE: admin (DescribeLogDirs)
func describeLogDirs(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	fill(t, topic, 10)
	id := brokerID(t, admin)
	t.Step("describing log directories")
	described, err := admin.DescribeLogDirs([]int32{id})
	t.Must(err)
	for _, directory := range described[id] {
		for _, found := range directory.Topics {
			if found.Topic == topic && found.Partitions[0].Size > 0 {
				return
			}
		}
	}
	t.Failf("the partition is in none of %d directories", len(described[id]))
}

// Where no partition moves, no reassignment is listed.
// FEATURE: several brokers
func listReassignments(t *harness.T) {
	topic, admin := newTopic(t, 1), newAdmin(t)
	t.Step("listing reassignments")
	listed, err := admin.ListPartitionReassignments(topic, []int32{0})
	t.Must(err)
	harness.Equal(t, "reassignments", len(listed[topic]), 0)
}
