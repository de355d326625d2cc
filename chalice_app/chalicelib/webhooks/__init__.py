"""Outgoing webhooks: who is told of domain events, and how it went."""
