"""DescribeUserScramCredentials of a user without any, or of no name, is RESOURCE_NOT_FOUND; a
user named twice is DUPLICATE_RESOURCE."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    name = broker.name("u")
    for names in ([name], [name, name], [""]):
        users = [{"name": one} for one in names]
        broker.ask("DescribeUserScramCredentials", 0, users=users)
