"""Messages: one for each recipient of a campaign, with every fact known about it."""
