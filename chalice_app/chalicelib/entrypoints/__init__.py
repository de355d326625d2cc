"""Lambda entry points: parse, make one call, map the answer."""
