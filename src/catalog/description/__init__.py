"""Description: a draft of `params/data/NAME.yaml` from what a file holds."""
