"""Names with slashes, spaces, percent signs, the word for the default or other scripts are
themselves."""

from compat.wire import Wire
from compat.wire.quotas import CLIENT, EXACT, USER, component, entity, limit

ALONE = True  # from a quota on, everybody's requests are counted
NAMES = ("a/b", "a b", "50%2F", "<default>", "ключ-雪", "*", "clients/x", ".")


def run(broker: Wire) -> None:
    user = broker.name("u")
    for number, name in enumerate(NAMES, start=1):
        limit(broker, entity(user=user, client_id=name), producer_byte_rate=float(number))
    for name in NAMES:
        parts = [component(USER, EXACT, user), component(CLIENT, EXACT, name)]
        broker.ask("DescribeClientQuotas", 1, components=parts, strict=True)
    for name in NAMES:
        limit(broker, entity(user=user, client_id=name), producer_byte_rate=None)
