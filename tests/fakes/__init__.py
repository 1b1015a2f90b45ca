"""Fakes: the ports of src/, in memory. Each passes the same contract test as the real thing."""
