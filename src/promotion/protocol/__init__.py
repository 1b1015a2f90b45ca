"""Protocol: from a plan to production, whole or not at all, whatever fails on the way."""
