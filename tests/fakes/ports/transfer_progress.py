"""Transfer progress that keeps every note and step it was given."""


class FakeProgress:
    def __init__(self) -> None:
        self.notes: list[str] = []
        self.steps: list[tuple[str, int, int | None]] = []

    def note(self, sentence: str) -> None:
        self.notes.append(sentence)

    def advance(self, what: str, done: int, total: int | None) -> None:
        self.steps.append((what, done, total))
