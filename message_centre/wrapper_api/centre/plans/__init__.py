"""Plans: campaigns in the making."""
