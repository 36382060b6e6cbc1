"""A filter whose type, pattern, operation or permission is 0, unknown, closes the connection;
codes that no enumeration has do not."""

from compat.wire import Message, Wire

FILTER: Message = {
    "resource_type_filter": 2,
    "resource_name_filter": "t",
    "pattern_type_filter": 3,
    "principal_filter": "User:a",
    "host_filter": "*",
    "operation": 3,
    "permission_type": 3,
}
CODES = ("resource_type_filter", "pattern_type_filter", "operation", "permission_type")


def run(broker: Wire) -> None:
    for field in CODES:
        for code in (0, 99, -1):
            asked: Message = {**FILTER, field: code}
            broker.outcome("DescribeAcls", 3, on=broker.connect(), **asked)
            broker.outcome("DeleteAcls", 3, on=broker.connect(), filters=[FILTER, asked])
