"""Experiments: the workshop. Which model is best, and how sure are we?"""
