"""Reads what other services export, and writes what this platform takes."""
