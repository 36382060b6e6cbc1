"""One module per Kafka API, the table of them, and the dispatch from a frame to its module.

An API module has a docstring (key, versions, behaviour, what each version changed, what differs
from Kafka and why) and offers

    REQUEST: the request's message class
    handle(broker, context, request) -> response message | Deferred | coroutine | None
    error_response(request, context, error) -> response message

`handle` translates and decides nothing about Kafka's rules. It may raise ApiError: dispatch then
sends what `error_response` makes of it. None means that nothing is answered (Produce, acks=0).

To add an API: its schema, its module, one line in `table.py`.
"""
