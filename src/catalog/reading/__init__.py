"""Reading: raw files of any dialect, encoding and compression as batches of cells."""
