"""Training: the parts that the stages train, evaluate and deploy are made of."""
