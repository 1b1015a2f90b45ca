"""Production: the published format of the promoted configuration, and the freeze."""
