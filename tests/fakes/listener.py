"""A listener that remembers what it heard."""


class FakeListener:
    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.moved: list[tuple[str, int, int | None]] = []

    def says(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def moves(self, what: str, done: int, total: int | None) -> None:
        self.moved.append((what, done, total))
