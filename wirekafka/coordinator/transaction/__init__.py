"""The transaction coordinator: a machine without I/O, one per `__transaction_state` partition.

Read shard.py first (requests, timers, the log), then metadata.py and states.py (the data), then
init_producer_id.py (the rules) and records.py.
"""
