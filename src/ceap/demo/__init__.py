"""Demo: everything from raw data to alerts, in one command."""
