"""AlterUserScramCredentials sets and deletes by mechanism; describing shows mechanisms and
iterations only."""

from typing import Any

from compat.wire import Wire


def run(broker: Wire) -> None:
    user = broker.name("u")
    for mechanism, iterations in ((1, 4096), (2, 8192)):
        row = {
            "name": user,
            "mechanism": mechanism,
            "iterations": iterations,
            "salt": b"salt",
            "salted_password": b"password",
        }
        broker.ask("AlterUserScramCredentials", 0, upsertions=[row])
    wanted = [{"name": user}]
    broker.until(
        lambda answer: len(answer["results"][0]["credential_infos"]) == 2,
        "DescribeUserScramCredentials",
        0,
        users=wanted,
    )
    broker.ask("DescribeUserScramCredentials", 0, users=wanted, show=_by_mechanism)
    broker.ask("AlterUserScramCredentials", 0, deletions=[{"name": user, "mechanism": 1}])
    broker.until(
        lambda answer: len(answer["results"][0]["credential_infos"]) == 1,
        "DescribeUserScramCredentials",
        0,
        users=wanted,
    )
    broker.ask("DescribeUserScramCredentials", 0, users=wanted)


def _by_mechanism(answer: dict[str, Any]) -> dict[str, Any]:
    """Kafka lists the credentials of a user in the order of a hash table."""
    for result in answer["results"]:
        result["credential_infos"].sort(key=lambda info: info["mechanism"])
    return answer
