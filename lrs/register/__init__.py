"""What was due, what happened, whether it was enough: pure functions over what was known."""
