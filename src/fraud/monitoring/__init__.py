"""Monitoring: drift of scores and rates from day to day."""
