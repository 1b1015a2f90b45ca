"""Services: what stages reach outside for, each a port and its AWS implementation."""
