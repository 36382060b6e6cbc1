"""AddRaftVoter and RemoveRaftVoter check the cluster and the voter, and refuse a static quorum."""

from uuid import UUID

from compat.wire import Message, Wire

VOTER: Message = {"voter_id": 2, "voter_directory_id": UUID(int=7)}
LISTENERS = [{"name": "CONTROLLER", "host": "localhost", "port": 1}]


def run(broker: Wire) -> None:
    cluster_id = broker.quiet("DescribeCluster", 0)["cluster_id"]

    def of_another_cluster(answer: Message) -> Message:
        text = answer["error_message"]
        return {**answer, "error_message": text.replace(cluster_id, "the cluster's")}

    for version in range(2):

        def add(version: int = version, **more: object) -> None:
            body: Message = {"timeout_ms": 1000, **VOTER, "listeners": LISTENERS, **more}
            broker.ask("AddRaftVoter", version, show=of_another_cluster, **body)

        add(cluster_id=cluster_id)
        add(cluster_id=None)
        add(cluster_id=None, voter_id=1)
        add(cluster_id="x")
        add(cluster_id="", voter_id=-1)
        add(cluster_id=None, voter_id=-1)
        add(cluster_id=None, voter_directory_id=UUID(int=0))
        add(cluster_id=None, listeners=[])
        add(cluster_id=None, listeners=[{**LISTENERS[0], "name": "OTHER"}])

    def remove(**more: object) -> None:
        body: Message = {**VOTER, **more}
        broker.ask("RemoveRaftVoter", 0, show=of_another_cluster, **body)

    remove(cluster_id=cluster_id)
    remove(cluster_id=None)
    remove(cluster_id="x")
    remove(cluster_id="", voter_id=-1)
    remove(cluster_id=None, voter_id=-1)
    remove(cluster_id=None, voter_directory_id=UUID(int=0))
