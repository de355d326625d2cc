"""The Pulumi components, one a file; `__main__.py` joins them."""
