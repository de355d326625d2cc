"""What every stage stands on: errors, clock, ids, states, logs. Standard library only."""
