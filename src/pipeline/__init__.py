"""Pipeline: what runs on a schedule, as stages, notebooks and executions."""
