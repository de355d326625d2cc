"""Campaigns: a template, a recipient file, a sender and a time; one state machine."""
