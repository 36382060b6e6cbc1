"""Deleting a credential of a mechanism that the user does not have is RESOURCE_NOT_FOUND; what the
other list says of a user whose deletion failed is not done."""

from compat.wire import Wire
from compat.wire.quotas import credential


def run(broker: Wire) -> None:
    user = broker.name("u")
    broker.ask("AlterUserScramCredentials", 0, upsertions=[credential(user, 1)])
    deletion = {"name": user, "mechanism": 2}
    broker.ask("AlterUserScramCredentials", 0, deletions=[deletion])
    broker.ask(
        "AlterUserScramCredentials", 0, deletions=[deletion], upsertions=[credential(user, 2)]
    )
    broker.until(
        lambda answer: answer["results"][0]["error_code"] == 0,
        "DescribeUserScramCredentials",
        0,
        users=[{"name": user}],
    )
    broker.ask("DescribeUserScramCredentials", 0, users=[{"name": user}])
    for name in ("", broker.name("nobody")):
        row = {"name": name, "mechanism": 1}
        broker.ask("AlterUserScramCredentials", 0, deletions=[row])
