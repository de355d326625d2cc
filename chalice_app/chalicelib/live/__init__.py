"""Histories of messages and addresses."""
