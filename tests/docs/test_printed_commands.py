"""Every command that a message, a help text, a parameter file or the README names can be typed."""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.main import get_command

from ceap.main import app
from fakes.processes.typed_command import typed

ROOT = Path(__file__).parents[2]
HOLE = "⟨⟩"  # where a message puts a fact
FILLINGS = ("2026-01-01", "training", "training/train", "7", "train", "payments")
BEGIN = re.compile(r"(?<![\w/.-])ceap (?=[a-z⟨])")
WORD = re.compile(r"""(?:[^\s"'`]|"[^"]*"|'[^']*')+""")
OPEN = re.compile(r"[A-Z]+(?:[.|-][A-Z0-9-]+)*|.*(?:…|⟨⟩|\$[a-z]+).*")  # RUN: for its reader


class Mention(NamedTuple):
    """A command in a text; its name alone is enough where nobody is told to type it."""

    place: str
    text: str
    start: int
    may_be_a_name: bool


def mentions(place: str, text: str, *, may_be_a_name: bool) -> Iterator[Mention]:
    for begin in BEGIN.finditer(text):
        yield Mention(place, text, begin.start(), may_be_a_name)


def mentions_in_code(file: Path) -> Iterator[Mention]:
    """Yield those of every text of a module, with a hole where a value is formatted into it."""
    tree = ast.parse(file.read_text())
    parts = {id(p) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for p in n.values}
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {ast.get_docstring(n, clean=False) for n in ast.walk(tree)
                  if isinstance(n, documented)}  # fmt: skip
    for node in ast.walk(tree):
        place = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.JoinedStr):
            text = "".join(map(part_of, node.values))
            yield from mentions(place, text, may_be_a_name=False)
        elif id(node) not in parts and isinstance(node, ast.Constant):
            is_docstring = node.value in docstrings
            yield from mentions(place, str(node.value), may_be_a_name=is_docstring)


def part_of(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else HOLE


def mentions_in_documents() -> Iterator[Mention]:
    for file in [*ROOT.glob("params/**/*.yaml"), *ROOT.glob("docs/**/*.md")]:
        yield from mentions(file.name, file.read_text(), may_be_a_name=True)
    readme = (ROOT / "README.md").read_text()
    code = re.findall(r"```.*?```|`[^`\n]+`", readme, flags=re.DOTALL)
    yield from mentions("README.md", "\n".join(code), may_be_a_name=True)
    for file in ROOT.glob("notebooks/*/*.ipynb"):
        for cell in json.loads(file.read_text())["cells"]:
            yield from mentions(file.name, "".join(cell["source"]), may_be_a_name=True)


MENTIONS = [
    *(each for file in sorted((ROOT / "src").rglob("*.py")) for each in mentions_in_code(file)),
    *mentions_in_documents(),
]


def can_be_typed(text: str, start: int) -> bool:
    """Return whether the command that begins there is one, up to where prose follows it."""
    words = words_from(text, start)
    for count in range(len(words), 1, -1):
        if name := reading(words[:count]):
            rest = words[count:]
            has_options = any(word.startswith("-") for word in rest)
            return not has_options and not (rest and rest[0] in subcommands(name))
    return False


def is_name(text: str, start: int) -> bool:
    """Return whether what begins there is the name of a command and nothing else."""
    words = words_from(text, start)
    return " ".join(words) in NAMES


def words_from(text: str, start: int) -> list[str]:
    """Return the words of the sentence, or of the code in backticks, that begins there."""
    line = re.split(r"`|\[/|  |\s#|\s\||\n", text[start:], maxsplit=1)[0]
    words = []
    for word in WORD.findall(line):
        bare = word.rstrip(".,;:)")
        words.append(bare)
        if bare != word:
            break
    return words


def reading(words: list[str]) -> str | None:
    """Return the name of the command that these words are with some facts; None if they are not."""
    holes = [place for place, word in enumerate(words) if OPEN.fullmatch(word)]
    for fillings in product(FILLINGS, repeat=len(holes)):
        filled = list(words)
        for place, filling in zip(holes, fillings, strict=True):
            filled[place] = filling
        with suppress(Exception, SystemExit):
            return " ".join(typed(" ".join(filled)).words)
    return None


def subcommands(name: str) -> set[str]:
    command: Any = get_command(app)
    for word in name.split()[1:]:
        command = command.commands[word]
    return set(getattr(command, "commands", {}))


def names_below(name: str) -> Iterator[str]:
    yield name
    for each in subcommands(name):
        yield from names_below(f"{name} {each}")


NAMES = set(names_below("ceap"))


@pytest.mark.parametrize(
    "mention", MENTIONS, ids=[f"{each.place}-{n}" for n, each in enumerate(MENTIONS)]
)
def test_a_command_that_is_named_can_be_typed(mention: Mention) -> None:
    place, text, start, may_be_a_name = mention
    told = f"{place}: {text[start : start + 120]!r}"
    assert can_be_typed(text, start) or (may_be_a_name and is_name(text, start)), told


@pytest.mark.parametrize(
    "line",
    [
        "ceap run traning. Nothing was run", "ceap runn", "ceap promotion lift. It waits",
        "ceap run training --excution-id x", "ceap executions show. It tells",
        "ceap stage training/trian --execution-id x", "ceap run training --set train.sed=1",
        "ceap compare --data nosuch", "ceap tune --trials many",
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_typed_is_noticed(line: str) -> None:
    assert not can_be_typed(line, 0)


@pytest.mark.parametrize(
    "line",
    [
        "ceap tune makes one", "ceap aws up, or not", "ceap executions lists them",
        "ceap run ⟨⟩ --execution-id ⟨⟩. Nothing", "ceap promote RUN --reason \"…\"",
        "ceap data daily-batch --date ⟨⟩)", "ceap runs show RUN",
    ],
)  # fmt: skip
def test_prose_after_a_command_and_facts_in_it_are_no_mistakes(line: str) -> None:
    assert can_be_typed(line, 0)
