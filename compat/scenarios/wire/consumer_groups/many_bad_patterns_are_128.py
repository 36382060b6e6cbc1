"""What RE2 cannot read is INVALID_REGULAR_EXPRESSION: open brackets, bad repeats, back
references, looking ahead."""

from compat.wire import Message, Wire
from compat.wire.coordinators import enter, known_topic
from compat.wire.members import shape


def run(broker: Wire) -> None:
    group = broker.name("g")
    known_topic(broker, near=group)
    for pattern in ("(", "[a", "*a", "a**", r"(a)\1", "a(?=b)", "(?P<n", r"\\", "a{1001}"):
        body = enter(group, "m", subscribed_topic_regex=pattern)
        broker.ask("ConsumerGroupHeartbeat", 1, show=code_of, **body)
    broker.ask("ConsumerGroupDescribe", 1, show=shape, group_ids=[group])


def code_of(answer: Message) -> int:
    code: int = answer["error_code"]
    return code
