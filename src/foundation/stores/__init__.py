"""Stores: objects, parameters, topics, leases and archives behind ports."""
