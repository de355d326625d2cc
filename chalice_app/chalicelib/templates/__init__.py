"""Templates: uploaded HTML, checked once, then an immutable version that campaigns render."""
