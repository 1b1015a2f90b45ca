"""Data: daily batches, made from the test split for demonstrations and tests of monitoring."""
