"""Calls of AWS without the SDK's general way, for the few that are made for every message (docs/decisions/0042)."""
