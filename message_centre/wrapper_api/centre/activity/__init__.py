"""Who did what in the Message Centre."""
