"""The instrument, proved from unmodified clients of other languages: `bin/compat instrument`.

Faults, time, resets, group waits, the doctor and the records of a control port are commanded from
here, while clients in Java, Go and Node do what any program does; what they see is what counts.

    remote.py   a client program of another language that does what it is told
    stage.py    what a check has: a broker of its own, its control port, clients
    check.py    what a check is, and where they are found: checks/, one file for one subject
    runner.py   runs them for each client, and prints what was seen
"""
