"""Log compaction: keeps the last record of each key (KIP-58, KIP-98, KIP-354, KIP-534).

In three places, in the order of the work:
- the broker chooses (cleanable) a log and its segments; a `CompactionJob` says it in plain data;
- a process of its own compacts (run): it reads sealed segments and writes `.cleaned` files beside
  them, with columns (the keys of a batch), key_offsets (the last offset of each key), transactions
  (what is aborted, which marker is still needed), batch_filter (what stays of a batch) and
  cleaned_segment (the new files);
- the broker puts the new files in the place of the old ones (swap) and notes how far the log is
  clean (checkpoint).

Killed at any moment, either the old segments or the new ones are the log: a `.cleaned` file is
never used, and `leftovers` finishes a swap that was begun.
"""
