"""Services: AWS services of the stages, each a port and its implementation."""
