"""A Learning Record Store (xAPI) that keeps the register of security-awareness training."""
