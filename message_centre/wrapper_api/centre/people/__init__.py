"""Who uses the Message Centre, and how they sign in."""
