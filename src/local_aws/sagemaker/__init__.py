"""SageMaker: endpoints of the local AWS, each served by a process."""
