"""How the picture of a story is measured, laid out and drawn."""
