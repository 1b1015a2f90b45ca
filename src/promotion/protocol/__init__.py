"""Protocol: from a plan to production, whole or not at all, whatever happens on the way."""
