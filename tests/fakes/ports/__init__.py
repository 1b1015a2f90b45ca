"""Ports in memory or in a directory, each held by the same contract as the real thing."""
