"""A user that one request names twice is refused altogether, whatever the mechanisms, and the other
users of the request are not."""

from compat.wire import Wire
from compat.wire.quotas import credential


def run(broker: Wire) -> None:
    user, other = broker.name("u"), broker.name("other")
    deletion = {"name": user, "mechanism": 1}
    both = [credential(user, 1), credential(user, 2), credential(other)]
    broker.ask("AlterUserScramCredentials", 0, upsertions=both)
    broker.ask("AlterUserScramCredentials", 0, upsertions=[*both[:2], credential(user, 1)])
    broker.ask("AlterUserScramCredentials", 0, deletions=[deletion, deletion])
    broker.ask(
        "AlterUserScramCredentials",
        0,
        deletions=[{"name": other, "mechanism": 1}],
        upsertions=[credential(other, 2)],
    )
    broker.ask("AlterUserScramCredentials", 0)
    broker.until(
        lambda answer: answer["results"][0]["error_code"] == 0,
        "DescribeUserScramCredentials",
        0,
        users=[{"name": other}],
    )
    broker.ask("DescribeUserScramCredentials", 0, users=[{"name": user}, {"name": other}])
