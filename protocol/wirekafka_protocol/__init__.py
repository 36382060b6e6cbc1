"""Everything about bytes on the wire: frames, messages, record batches. No I/O, no clock.

`codec` and `messages` are the protocol's requests and responses, `framing` their headers,
`records` the batches inside of Produce and Fetch. The format in prose: protocol/README.md.
"""
