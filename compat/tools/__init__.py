"""Kafka's own command line tools against two brokers, one after the other: do they print the same?

A script of `scripts/` is a list of command lines. All of a script's lines are run against a new
broker of one target, then against a new broker of the other, by one Java process that keeps both
apart (`ToolLoop`). What is printed and the exit codes must be equal, up to what differs between any
two runs: ids, times, addresses, rates (`normal.py`).
"""
