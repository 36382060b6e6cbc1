"""The classic group coordinator: a machine without I/O, one per `__consumer_offsets` partition.

Read shard.py first (requests, timers, the log), then group.py and states.py (the data), then
join.py, sync.py, leave.py and rebalance.py (members), offsets.py, pending_offsets.py and
txn_commit.py (offsets), admin.py and records.py.
"""
