"""Iterations from 4096 to 16384 are taken for both mechanisms; a credential that is set again is
replaced."""

from compat.wire import Message, Wire
from compat.wire.quotas import credential


def run(broker: Wire) -> None:
    user = broker.name("u")
    for mechanism in (1, 2):
        for iterations in (0, -1, 4095, 4096, 16384, 16385, 2**31 - 1):
            row = credential(user, mechanism, iterations)
            broker.ask("AlterUserScramCredentials", 0, upsertions=[row])

    def is_replaced(answer: Message) -> bool:
        infos = answer["results"][0]["credential_infos"]
        return [info["iterations"] for info in infos] == [16384, 16384]

    broker.until(is_replaced, "DescribeUserScramCredentials", 0, users=[{"name": user}])
    for mechanism in (-1, 0, 3, 127):
        row = {"name": user, "mechanism": mechanism}
        broker.ask("AlterUserScramCredentials", 0, deletions=[row])
