"""A real OpenSearch on this machine, from Maven's jars, without Docker."""
