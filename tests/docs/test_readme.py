"""The README under test: what it tells people to type exists, and what exists is in it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from ceap.main import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
CODE = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", README, flags=re.DOTALL))


def commands(command: object, path: tuple[str, ...] = ("ceap",)) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield " ".join(path)
    for name, child in children.items():
        yield from commands(child, (*path, name))


COMMANDS = set(commands(get_command(app)))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert re.search(rf"\b{command}\b", CODE), f"`{command}` is nowhere in README.md"


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_make_target_is_in_the_readme(target: str) -> None:
    assert re.search(rf"\bmake {target}\b", CODE), f"`make {target}` is nowhere in README.md"


def test_every_command_in_the_readme_exists() -> None:
    groups = {" ".join(c.split()[:2]) for c in COMMANDS}
    for words in re.findall(r"\bceap((?: [a-z][a-z-]*)+)", CODE):
        first = " ".join(["ceap", *words.split()[:1]])
        second = " ".join(["ceap", *words.split()[:2]])
        assert first in groups, f"README.md names `{first}`"
        assert first in COMMANDS or second in COMMANDS, f"README.md names `{second}`"


def test_every_make_target_in_the_readme_exists() -> None:
    assert set(re.findall(r"\bmake ([a-z]+)\b", CODE)) <= TARGETS


def test_every_file_in_the_readme_exists() -> None:
    for file in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / file).exists(), f"README.md links to {file}"
