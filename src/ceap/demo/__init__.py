"""Demo: the road from raw data to alerts in one command."""
