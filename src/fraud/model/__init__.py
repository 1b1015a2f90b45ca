"""Model: an algorithm fitted by a recipe, calibrated, and saved without pickle."""
