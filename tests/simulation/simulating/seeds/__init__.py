"""Seeded runs of a whole broker against a naive model of Kafka: bin/simulate seeds."""
