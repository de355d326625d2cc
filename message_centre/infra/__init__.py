"""The Pulumi components of the Message Centre, one a file; `__main__.py` joins them."""
