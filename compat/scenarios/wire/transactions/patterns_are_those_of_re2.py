"""Patterns of ListTransactions are RE2's: it has classes and quotes that others have not, and
neither looks around nor refers back."""

from compat.wire import Message, Wire
from compat.wire.coordinators import begin


def run(broker: Wire) -> None:
    def mine(answer: Message) -> Message:
        rows = broker.mine(answer["transaction_states"], "transactional_id")
        names = sorted(row["transactional_id"] for row in rows)
        return {"error_code": answer["error_code"], "transactional_ids": names}

    for short in ("tx-1", "tx-22", "TX-3"):
        begin(broker, short)
    good = (".*\\Qtx-1\\E", ".*\\pN", ".*\\p{Lu}-.*", ".*(?<n>x)-1", ".*tx-1\\z", ".*-[[:digit:]]")
    odd = ("(?s).*\\x{74}x-1", ".*tx-\\C", ".*(?U)x-1", ".*[^[:^digit:]]", ".*\\bTX-3", "\\A.*tx-1")
    bad = (".*(?=1)", ".*(?<!1)", "(t)\\1", ".*x*+", "a{2000}", ".*(?#c)1", "(?>a)", ".*\\Z", "a**")
    for pattern in (*good, *odd, *bad):
        broker.ask("ListTransactions", 2, show=mine, transactional_id_pattern=pattern)
