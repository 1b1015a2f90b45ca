"""Tables: results of commands, drawn for a terminal."""
