"""PynamoDB models and the repositories over them; a model never leaves this folder."""
