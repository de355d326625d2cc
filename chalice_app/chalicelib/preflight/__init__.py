"""Pre-flight: what is found out about a campaign before it may be sent, and mails sent to try it."""
