"""The Email Platform: folders are named after what flows through them (docs/architecture.md)."""
