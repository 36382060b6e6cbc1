"""bin/bench: how fast wirekafka is, alone and beside another broker on the same machine.

Every row of work is measured in rounds, the brokers taking turns, and reported as medians and
ratios; `figures.py` is the list of rows with what must be reached. Load runs in processes of its
own (`load.py`), so that a load generator never shares an interpreter with a broker. This package is
not part of the wheel.
"""
