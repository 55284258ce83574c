"""A door: the xAPI protocol, which knows nothing of audits."""
