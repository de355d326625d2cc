"""Sending: claim, check, take permits, render, hand to SES, record."""
