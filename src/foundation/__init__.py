"""Foundation: where things are and how to reach them. Imports no other room."""
