"""Exports: a campaign's messages as a CSV file, written from the message store."""
