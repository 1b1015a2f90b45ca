"""Fraud: the knowledge. Pure domain; it reads no file, opens no client and tells no time."""
