"""A door: who had access, when, in what role, and by which names they are known."""
