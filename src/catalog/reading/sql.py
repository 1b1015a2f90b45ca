"""SQL: texts as its literals."""


def sql_text(text: str) -> str:
    """Return the text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"
