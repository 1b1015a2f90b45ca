"""SageMaker: an emulator of its control plane and runtime; each endpoint is served by a process."""
