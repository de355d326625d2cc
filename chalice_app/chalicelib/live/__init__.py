"""What happened lately: histories, changes since a point, domain events."""
