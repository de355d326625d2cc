"""A mark in the list of imports: what comes after it is the function's."""
