"""Record batches (magic 2): reading, writing, validating, compressing. No I/O.

Read in this order: batch (the layout and its header), record (the records inside), compression,
control (transaction markers), check (is every record whole?), validate (may a client write this?),
accept (what the log gets in the end).
"""
