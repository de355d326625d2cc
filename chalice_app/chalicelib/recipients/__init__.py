"""Recipient files: uploaded CSV, split into parts of valid, distinct recipients, every other row reported."""
