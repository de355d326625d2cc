"""Work on the whole list of suppressions: CSV in, CSV out, and SES's own list."""
