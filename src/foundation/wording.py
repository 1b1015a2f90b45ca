"""Wording: counts as people write them."""


def counted(number: int, thing: str) -> str:
    """Write "1 fraud", "2 frauds", "1,000 frauds"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
