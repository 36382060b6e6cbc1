"""Replicas of partitions: append, fetch, high watermark, and who waits for what."""
