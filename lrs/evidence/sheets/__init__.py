"""The sheets of the pack: tables.py has all of them in order."""
