"""What of the Email Platform is used, and how it refuses."""
