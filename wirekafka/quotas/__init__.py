"""Quotas that act: rates and token buckets, whom they limit, and how long one must wait."""
