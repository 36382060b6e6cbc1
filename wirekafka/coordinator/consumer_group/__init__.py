"""Groups of the consumer protocol (KIP-848): one room of the group coordinator's machine.

Read member.py and group.py first (the data), then heartbeat.py (what a member may say),
reconcile.py (how a member gets from what it has to what it shall have), target.py (what each shall
have), then regex.py, leave.py, interval.py, metadata_hash.py, replay.py, offsets.py, describe.py.
`ConsumerGroups` in groups.py ties them to requests, timers and the log. Where the classic protocol
and this one meet: upgrade.py, downgrade.py, classic_join.py and classic_members.py.
"""
