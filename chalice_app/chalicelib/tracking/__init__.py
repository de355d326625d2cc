"""Tracking: what SES tells us becomes facts on messages and suppressions."""
