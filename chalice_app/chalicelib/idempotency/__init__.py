"""Idempotency keys: a request that is made again does nothing again and gets the same answer."""
