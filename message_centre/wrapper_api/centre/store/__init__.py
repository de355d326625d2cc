"""DynamoDB through PynamoDB; a model never leaves this folder."""
