"""Mail to SES's mailbox simulator, sent and followed through the platform's own API as a caller would."""
