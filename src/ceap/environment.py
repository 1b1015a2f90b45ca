"""Environment: the settings of this command, with the local AWS started where it is used."""

import importlib.util

from foundation.errors import Unavailable
from foundation.settings import Settings, load_settings


def open_environment() -> Settings:
    """Load the settings, and start the local AWS if they are local and it is not up.

    Raises Unavailable when the local AWS is not installed, or does not start.
    """
    settings = load_settings()
    if not settings.is_local:
        return settings
    if importlib.util.find_spec("ministack") is None:
        message = (
            "The local AWS is not installed (package ministack, extra `dev`). Install it, or set "
            "CEAP_ENVIRONMENT=aws to use your account. Nothing was touched."
        )
        raise Unavailable(message)
    from local_aws import ensure_up

    ensure_up(settings)
    return load_settings()  # with the addresses of the local AWS
