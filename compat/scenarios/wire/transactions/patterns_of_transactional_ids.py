"""A pattern of ListTransactions must match the whole transactional id; what is no pattern is
128."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        names = sorted(row["transactional_id"] for row in rows)
        return {"error_code": answer["error_code"], "transactional_ids": names}

    for short in ("tx-1", "tx-22", "TX-3"):
        begin(broker, short)
    good = (".*tx-1", ".*tx-\\d", ".*tx-\\d+", "(?i).*TX-.*", ".*(tx|TX)-[13]$", ".*(?P<n>x)-1")
    bad = ("*", "(", "[z-a]", "\\", "a{2,1}", "[", "a)")
    for pattern in (*good, *bad):
        broker.ask("ListTransactions", 2, show=mine, transactional_id_pattern=pattern)
    both: Message = {"transactional_id_pattern": ".*tx-.*", "state_filters": ["Ongoing"]}
    broker.ask("ListTransactions", 2, show=mine, **both)
