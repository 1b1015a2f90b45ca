"""Identity: the current user, as the history of promotions names them."""

import getpass
import os
import socket

from foundation.aws import aws_errors, client
from foundation.settings import Settings


def current_user(settings: Settings) -> str:
    """Return the name of the current user.

    On AWS it is the ARN of the identity; raises AccessDenied or Unavailable. On this machine it is
    `CEAP_USER`, or the user of the operating system: nobody checks that name.
    """
    return _local_user() if settings.is_local else _aws_identity(settings)


def _local_user() -> str:
    if named := os.environ.get("CEAP_USER", "").strip():
        return named
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        user = f"uid-{os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def _aws_identity(settings: Settings) -> str:
    with aws_errors("Asking AWS who this is"):
        arn: str = client("sts", settings).get_caller_identity()["Arn"]
    return arn
