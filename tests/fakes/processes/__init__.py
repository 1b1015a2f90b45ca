"""Processes, terminals and patience: how tests run programs and read what people see."""
