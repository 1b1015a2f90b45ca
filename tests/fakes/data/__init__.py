"""Small data sets, rows and models: raw files, prepared splits, scored days."""
