"""The Message Centre on this machine."""
