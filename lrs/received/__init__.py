"""Everything that came in, in the order in which it came, never changed."""
