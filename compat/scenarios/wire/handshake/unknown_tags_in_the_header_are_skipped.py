"""Tagged fields in the request header are skipped."""

from compat.wire import Wire, header


def run(broker: Wire) -> None:
    plain = header(3, 12, 1, "compat", flexible=True)
    body = b"\1" + b"\0" + b"\0" + b"\0"
    broker.raw("Metadata v12, a tag in the header", plain[:-1] + b"\1\5\3abc" + body)
    broker.raw("Metadata v12, two tags in the header", plain[:-1] + b"\2\5\0\6\1x" + body)
