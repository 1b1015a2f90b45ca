"""Local AWS: the services of production on this machine. Production never imports it."""

from local_aws.launcher import down, ensure_up, reset, status, up

__all__ = ["down", "ensure_up", "reset", "status", "up"]
