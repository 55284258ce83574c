"""A door: what LMSs tell us of who completed what, by files that they export."""
