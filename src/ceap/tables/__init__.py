"""Tables: what the commands print."""
