"""The xAPI door: the protocol of statements and documents, which knows nothing of audits."""
