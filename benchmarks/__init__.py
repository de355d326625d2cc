"""What the platform's own work costs, as ratios to bare libraries taken in the same run."""
