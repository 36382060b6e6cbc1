"""Without an authorizer no ACLs to create or delete are an empty success; a filter of everything
is SECURITY_DISABLED."""

from compat.wire import Message, Wire

EVERYTHING: Message = {
    "resource_type_filter": 1,
    "resource_name_filter": None,
    "pattern_type_filter": 1,
    "principal_filter": None,
    "host_filter": None,
    "operation": 1,
    "permission_type": 1,
}


def run(broker: Wire) -> None:
    for version in range(1, 4):
        broker.ask("CreateAcls", version, creations=[])
        broker.ask("DeleteAcls", version, filters=[])
        broker.ask("DeleteAcls", version, filters=[EVERYTHING, EVERYTHING])
        broker.ask("DescribeAcls", version, **EVERYTHING)
