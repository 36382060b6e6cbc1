"""A session id that nobody has is 70 for the whole answer, without rows."""

from compat.wire import Wire, fetch


def run(broker: Wire) -> None:
    topic = broker.topic()
    for version, session_id, epoch in ((7, 999, 1), (12, 999, 1), (12, 999, 7), (12, 0, 3)):
        body = fetch((topic, 0), session_id=session_id)
        answer = broker.quiet("Fetch", version, **{**body, "session_epoch": epoch})
        broker.record(f"Fetch v{version} of session {session_id} at epoch {epoch}", answer)
