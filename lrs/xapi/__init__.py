"""A door: the protocol by which learning is recorded (xAPI 1.0.3 and 2.0.0), knowing no audits."""
