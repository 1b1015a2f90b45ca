"""A command as somebody types it, taken apart by the real `ceap` without running it."""

import shlex
from dataclasses import dataclass
from typing import Any

from typer.main import get_command

from catalog.prepared_data import data_spec
from ceap.given_settings import parsed_overrides
from ceap.main import app
from pipeline.order import stage_at, stages_of


@dataclass(frozen=True)
class TypedCommand:
    """The words of a command and the values of its options, as the command would get them."""

    words: tuple[str, ...]
    values: dict[str, Any]


def typed(line: str) -> TypedCommand:
    """Take a line apart as a shell and `ceap` do.

    Raises what `ceap` raises for an unknown command or option, a missing one, or a value that does
    not fit; and what a command raises at once for a stage, a parameter or a data set that is not
    there.
    """
    program, *words = shlex.split(line)
    assert program == "ceap", line
    command: Any = get_command(app)
    context, path = command.make_context("ceap", list(words)), ["ceap"]
    while rest := [*context._protected_args, *context.args]:
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
        path.append(name)
    assert not getattr(command, "commands", {}) or command.invoke_without_command, line
    _require_what_is_named(tuple(path), context.params)
    return TypedCommand(tuple(path), context.params)


def _require_what_is_named(path: tuple[str, ...], values: dict[str, Any]) -> None:
    if data := values.get("data"):
        data_spec(data)
    if path == ("ceap", "run"):
        stages = stages_of(values["pipeline"])
    elif path in {("ceap", "promote"), ("ceap", "rollback")} and any(
        value for name, value in values.items() if (name, value) != ("to", "previous")
    ):
        assert values["reason"] or values["dry_run"], "a reason is needed"
        return
    elif path == ("ceap", "stage"):
        stages = stages_of(stage_at(values["path"]).pipeline)
    else:
        return
    models = {stage.name: stage.params_model for stage in stages}
    for name, given in parsed_overrides(values["set_"] or []).items():
        assert given.keys() <= models[name].model_fields.keys(), given
    assert values.get("from_stage") in {None, *models}
