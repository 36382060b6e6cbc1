"""Seeing what happens: what connections said, what went wrong, and what clients wait for.

`tape.py` keeps the bytes of each connection, `exchanges.py` reads them when somebody asks,
`witness.py` notes the answers that clients stumble over, and `findings.py` and `waits.py` draw the
conclusions, as plain functions. `observer.py` puts them together for one broker.
"""
