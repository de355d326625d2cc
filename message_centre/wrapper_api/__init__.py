"""The wrapper API: what the web page talks to."""
