"""Features: transforms of single rows and of the past of an entity."""
