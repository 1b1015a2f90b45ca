"""Environment: the settings of this run, with the local AWS running when it is the local one."""

import importlib.util

from foundation.errors import Unavailable
from foundation.settings import Settings, load_settings


def ready_settings() -> Settings:
    """Load the settings; when they are local, start the AWS of this machine if it is not up."""
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
    return load_settings()  # now it knows the addresses
