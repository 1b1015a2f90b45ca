"""Model: an algorithm fitted by a recipe, calibrated, and saved without pickle."""

from typing import NoReturn


def __getattr__(name: str) -> NoReturn:
    """Tell whoever loads a model of an early version by MLflow that its code has moved."""
    if name == "FraudModel":  # imported from here by the code that such models hold
        message = (
            "This model was recorded by an early version of CEAP Fraud Detection, whose modules "
            "had other names: MLflow loads it no longer. Record it again by `ceap compare` or "
            "`ceap tune`. Its files are whole: `ceap promote` loads them."
        )
        raise ImportError(message)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
