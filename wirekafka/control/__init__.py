"""The control port: the broker over HTTP, for tests, scripts and people.

One noun, one module with a `ROUTES` tuple; `routes.py` gathers them into the one route table, from
which `application.py` serves and `openapi.py` describes. `server.py` binds the port with the
broker and imports all of that at the first connection, so that the start costs nothing.

A module here translates between HTTP and the broker. What decides lives elsewhere.
"""
