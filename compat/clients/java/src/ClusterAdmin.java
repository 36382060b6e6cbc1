package wirekafka.compat;

import static wirekafka.compat.Kit.admin;
import static wirekafka.compat.Kit.topic;
import static wirekafka.compat.Kit.zero;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;

/** Admin: the cluster itself, its disks, quotas and credentials. */
final class ClusterAdmin {
    private ClusterAdmin() {}

    private static int broker(T t, Admin admin) {
        return t.get(admin.describeCluster().nodes()).iterator().next().id();
    }

    /** The cluster is described with its id, its nodes and a controller that is one of them. */
    static void clusterDescribe(T t) {
        Admin admin = admin(t);
        t.step("describing");
        DescribeClusterResult found = admin.describeCluster();
        t.equal("length of the cluster id", t.get(found.clusterId()).length(), 22);
        t.check(t.get(found.nodes()).contains(t.get(found.controller())), "an unknown controller");
        Node node = t.get(found.nodes()).iterator().next();
        t.equal("address", node.host() + ":" + node.port(), t.bootstrap);
        t.check(!node.isFenced(), "it is fenced");
    }

    /** A preferred leader that leads already needs no election. */
    static void clusterElectLeaders(T t) {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        t.step("electing");
        t.mustFail(ElectionNotNeededException.class, () -> {
            var result = t.get(admin.electLeaders(ElectionType.PREFERRED, Set.of(zero(topic))).partitions());
            Optional<Throwable> error = result.get(zero(topic));
            throw (Exception) error.orElseThrow();
        });
    }

    /**
     * The broker's log directories are listed with the sizes of the partitions in them.
     * FEATURE: admin API DescribeLogDirs
     */
    static void clusterDescribeLogDirs(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        Kit.fill(t, topic, 10);
        t.step("describing");
        int id = broker(t, admin);
        var dirs = t.get(admin.describeLogDirs(List.of(id)).allDescriptions()).get(id);
        t.check(dirs.values().stream().anyMatch(dir -> dir.error() == null
                && dir.replicaInfos().containsKey(zero(topic))
                && dir.replicaInfos().get(zero(topic)).size() > 0), "%s", dirs);
    }

    /**
     * No partition is being reassigned.
     * FEATURE: several brokers (ListPartitionReassignments)
     */
    static void clusterListReassignments(T t) {
        Admin admin = admin(t);
        t.step("listing");
        t.equal("reassignments", t.get(admin.listPartitionReassignments().reassignments()), Map.of());
    }

    /**
     * The metadata quorum has a leader, which is one of its voters.
     * FEATURE: admin API DescribeQuorum
     */
    static void clusterDescribeQuorum(T t) {
        Admin admin = admin(t);
        t.step("describing");
        var found = t.get(admin.describeMetadataQuorum().quorumInfo());
        t.check(found.voters().stream().anyMatch(one -> one.replicaId() == found.leaderId()), "%s", found);
        t.check(found.highWatermark() > 0, "%s", found);
    }

    /**
     * A quota of a client id is set, described and removed.
     * FEATURE: quotas
     */
    static void clusterQuotas(T t) throws Exception {
        Admin admin = admin(t);
        String client = t.name("client");
        ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, client));
        ClientQuotaFilter filter = ClientQuotaFilter.containsOnly(
                List.of(ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.CLIENT_ID, client)));
        t.step("setting");
        quota(t, admin, entity, 1000.0);
        t.eventually(() -> t.get(admin.describeClientQuotas(filter).entities())
                .equals(Map.of(entity, Map.of("producer_byte_rate", 1000.0))));
        t.step("removing");
        quota(t, admin, entity, null);
        t.eventually(() -> t.get(admin.describeClientQuotas(filter).entities()).isEmpty());
    }

    private static void quota(T t, Admin admin, ClientQuotaEntity entity, Double value) {
        var operation = new ClientQuotaAlteration.Op("producer_byte_rate", value);
        t.get(admin.alterClientQuotas(Set.of(new ClientQuotaAlteration(entity, Set.of(operation)))).all());
    }

    /**
     * A SCRAM credential is set, described without its secret, and removed.
     * FEATURE: security
     */
    static void clusterScramCredentials(T t) throws Exception {
        Admin admin = admin(t);
        String user = t.name("user");
        t.step("setting");
        t.get(admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user,
                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "secret"))).all());
        t.eventually(() -> t.get(admin.describeUserScramCredentials().users()).contains(user));
        t.equal("iterations", t.get(admin.describeUserScramCredentials(List.of(user)).description(user))
                .credentialInfos().get(0).iterations(), 4096);
        t.step("removing");
        t.get(admin.alterUserScramCredentials(
                List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256))).all());
    }

    /**
     * Without an authorizer the ACLs cannot be described: security is disabled.
     * FEATURE: security
     */
    static void clusterDescribeAcls(T t) {
        Admin admin = admin(t);
        t.step("describing");
        t.mustFail(SecurityDisabledException.class,
                () -> t.get(admin.describeAcls(AclBindingFilter.ANY).values()));
    }

    /**
     * The idempotent producer of a partition is described with its last sequence.
     * FEATURE: admin API DescribeProducers
     */
    static void clusterDescribeProducers(T t) throws Exception {
        Admin admin = admin(t);
        String topic = topic(t, 1);
        Kit.fill(t, topic, 3);
        t.step("describing");
        var found = t.get(admin.describeProducers(Set.of(zero(topic))).all()).get(zero(topic))
                .activeProducers();
        t.equal("number of producers", found.size(), 1);
        t.equal("last sequence", found.get(0).lastSequence(), 2);
    }

    /**
     * Transactions are listed, also when there are none.
     * FEATURE: transactions
     */
    static void clusterListTransactions(T t) {
        Admin admin = admin(t);
        t.step("listing");
        t.check(t.get(admin.listTransactions().all()) != null, "no list");
    }
}
