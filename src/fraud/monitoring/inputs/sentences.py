"""Input sentences: what changed in a column, how it was before, and what it probably is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from fraud.monitoring.inputs.finding import TRAINING, InputEvidence
from fraud.monitoring.inputs.summary import ColumnSummary, FieldUse
from fraud.monitoring.inputs.texts import listed, probable_cause
from fraud.monitoring.inputs.units import hours_shifted, unit_sentence
from fraud.monitoring.inputs.usual import Usual

MIDDLE = 50  # of 101 quantiles: the median
LEAST_TOLD = 0.0005  # a smaller share is "hardly any"


@dataclass(frozen=True)
class Column:
    """A column on the day, what is usual, and what else of the day may explain a change.

    `other_texts` are the usual texts of the other categories.
    """

    name: str
    today: ColumnSummary
    usual: Usual
    fields: FieldUse = field(default_factory=FieldUse)
    other_texts: Mapping[str, Sequence[str]] = field(default_factory=dict)


def sentence(column: Column, evidence: Sequence[InputEvidence]) -> str:
    """Return one sentence about a drifted column: its worst change, and the probable cause."""
    rules = {each.rule for each in evidence}
    today = column.today
    if today.missing == today.rows and "missing" in rules:
        return _missing(column, evidence)
    if "unknown" in rules and _grew("unknown", evidence):
        return _unknown(column, evidence)
    if "missing" in rules:
        return _missing(column, evidence)
    if "constant" in rules:
        return _constant(column)
    return _moved(column, evidence)


def _missing(column: Column, evidence: Sequence[InputEvidence]) -> str:
    name, today = column.name, column.today
    text = f"{name} is missing in {_share(today.missing, today.rows)}"
    new_name = column.fields.renamed.get(name)
    if new_name is not None:
        which = "they" if today.missing < today.rows else "all of them"
        return f"{text}, and {which} have {new_name}, which the model does not know: renamed?"
    absent = column.fields.absent.get(name, 0)
    told = ""
    if absent == today.missing and absent:
        told = ": the field is not there at all"
    return f"{text}{_before('missing', evidence)}{told}."


def _unknown(column: Column, evidence: Sequence[InputEvidence]) -> str:
    name, today, known = column.name, column.today, column.usual.texts
    unknown = list(today.unknown_texts)
    if today.unknown == today.rows - today.missing and not today.missing:
        text = f"every category of {name} is unknown to the model: {listed(unknown)}"
    else:
        text = (
            f"{name} has a category that is unknown to the model in "
            f"{_share(today.unknown, today.rows)}{_before('unknown', evidence)}: {listed(unknown)}"
        )
    cause = probable_cause(unknown, known) or _of_another_column(column, unknown)
    return f"{text}; the model knows {listed(known)}{f': {cause}' if cause else '.'}"


def _of_another_column(column: Column, unknown: Sequence[str]) -> str:
    for other, texts in column.other_texts.items():
        if set(unknown) <= set(texts):
            return f"they are categories of {other}: two columns exchanged?"
    return ""


def _constant(column: Column) -> str:
    name, today = column.name, column.today
    if today.kind == "category":
        value = max(today.texts, key=lambda text: today.texts[text])
        return f"{name} is {value} in {_share(today.known, today.rows)}: stuck?"
    if today.kind == "time":
        return (
            f"{name} is {_clock(today.quantiles[0])} in {_share(today.known, today.rows)}: "
            "dates without a time of day?"
        )
    return f"{name} is {today.quantiles[0]} in {_share(today.known, today.rows)}: stuck?"


def _moved(column: Column, evidence: Sequence[InputEvidence]) -> str:
    name, today = column.name, column.today
    if today.kind == "category":
        return _other_shares(column)
    observed, usual = np.array(today.quantiles), column.usual.quantiles
    if today.kind == "time" and len(observed) and len(usual):
        hours = hours_shifted(observed, usual)
        if hours:
            way = "later" if hours > 0 else "earlier"
            return f"{name} is {abs(hours)} h {way} than usual: another time zone?"
    elif any(each.rule == "stability" for each in evidence):
        told = unit_sentence(observed, usual, amount=today.kind == "amount")
        if told:
            return f"{name} {told}"
    return f"{name} {_elsewhere(column, evidence)}"


def _elsewhere(column: Column, evidence: Sequence[InputEvidence]) -> str:
    today, usual = column.today, column.usual.quantiles
    worst = evidence[0]
    middle = "the median is" if today.kind != "time" else "the middle is at"
    shown = _clock if today.kind == "time" else _number
    medians = (
        f": {middle} {shown(today.quantiles[MIDDLE])}, usually {shown(float(usual[MIDDLE]))}"
        if today.quantiles and len(usual)
        else ""
    )
    if worst.rule == "outside" and column.usual.training is not None:
        low, high = column.usual.training.range or (0.0, 0.0)
        return (
            f"is outside the range of training, {_number(low)} to {_number(high)}, in "
            f"{_percent(worst.observed)} of transactions{_before('outside', evidence)}{medians}."
        )
    index = max(each.observed for each in evidence if each.rule == "stability")
    return f"is distributed otherwise than {_where(evidence)} (PSI {index:.2f}){medians}."


def _other_shares(column: Column) -> str:
    today, usual = column.today, column.usual
    found = usual.training or usual.days[-1]
    differences = {
        text: today.texts.get(text, 0) / max(today.known, 1) - count / max(found.known, 1)
        for text, count in found.texts.items()
    }
    text = max(differences, key=lambda each: abs(differences[each]))
    now = today.texts.get(text, 0) / max(today.known, 1)
    before = found.texts[text] / max(found.known, 1)
    return f"{column.name} is {text} in {now:.1%} of transactions, usually in {before:.1%}."


def _before(rule: str, evidence: Sequence[InputEvidence]) -> str:
    usual = [
        f"{'in training' if each.against == TRAINING else 'on the last days'} in "
        f"{_usual(each.usual)}"
        for each in sorted(evidence, key=lambda each: each.against, reverse=True)
        if each.rule == rule and (rule, each.against) != ("outside", TRAINING)
    ]
    return f" ({', '.join(usual)})" if usual else ""


def _where(evidence: Sequence[InputEvidence]) -> str:
    against = {each.against for each in evidence}
    if against == {TRAINING}:
        return "in training"
    return "on the last days" if TRAINING not in against else "in training and on the last days"


def _grew(rule: str, evidence: Sequence[InputEvidence]) -> bool:
    return any(each.observed > each.usual for each in evidence if each.rule == rule)


def _usual(share: float) -> str:
    if share == 0:
        return "none"
    return "hardly any" if share < LEAST_TOLD else _percent(share)


def _share(count: int, rows: int) -> str:
    if count == rows:
        return "every transaction"
    return f"{_percent(count / rows)} of transactions" if count else "no transaction"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share < 0.995 else f"{share:.2%}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _clock(seconds: float) -> str:
    whole = round(seconds) % 86_400
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
