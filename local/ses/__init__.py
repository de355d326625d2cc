"""A local SES v2 endpoint with mailbox simulator, tracking, event publishing and web inbox."""
