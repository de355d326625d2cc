"""The outside services behind the ports that the stages declare."""
