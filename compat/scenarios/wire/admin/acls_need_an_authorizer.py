"""Without an authorizer DescribeAcls, CreateAcls and DeleteAcls are SECURITY_DISABLED in every
version."""

from compat.wire import Message, Wire


def run(broker: Wire) -> None:
    pattern: Message = {
        "resource_type_filter": 2,
        "resource_name_filter": "t",
        "pattern_type_filter": 3,
        "principal_filter": "User:a",
        "host_filter": "*",
        "operation": 3,
        "permission_type": 3,
    }
    acl = {
        "resource_type": 2,
        "resource_name": "t",
        "resource_pattern_type": 3,
        "principal": "User:a",
        "host": "*",
        "operation": 3,
        "permission_type": 3,
    }
    for version in range(1, 4):
        broker.ask("DescribeAcls", version, **pattern)
        broker.ask("CreateAcls", version, creations=[acl, acl])
        broker.ask("DeleteAcls", version, filters=[pattern])
