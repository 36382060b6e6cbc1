"""Faults on demand: rules, the table of them, and what a request names that a rule can be about.

Pure: what a rule does to a request is carried out by `wirekafka/apis/injection.py`.
"""
