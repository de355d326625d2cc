"""Access: API keys and their scopes."""
