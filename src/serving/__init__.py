"""Serving: the model behind HTTP, the same on this machine and in SageMaker's container."""
