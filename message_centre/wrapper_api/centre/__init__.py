"""The wrapper API by what it deals with: people, plans, the platform."""
