"""Production: the promoted configuration as a published format, and the freeze."""
