"""The outer world: the issuer of identities, the Email Platform, Secrets Manager, KMS."""
