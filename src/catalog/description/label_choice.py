"""Label choice: the column that says what is fraud, and the value that is fraud."""

from catalog.description import roles
from catalog.description.guess import Question
from catalog.description.survey import ColumnSurvey
from catalog.description.unfinished_draft import MOST_CANDIDATES, UnfinishedDraft

POSITIVE = frozenset(
    {"1", "y", "yes", "true", "t", "fraud", "fraudulent", "chargeback", "bad", "scam", "is_fraud",
     "positive", "ja", "oui", "si", "sí", "tak", "betrug"}
)  # fmt: skip
NEGATIVE = frozenset(
    {"0", "n", "no", "false", "f", "legit", "legitimate", "genuine", "good", "ok", "normal",
     "not fraud", "non-fraud", "nonfraud", "negative", "not_fraud", "valid", "nein",
     "non", "nie"}
)  # fmt: skip


def choose_label(draft: UnfinishedDraft) -> None:
    """Choose the label and its positive value, or leave the question."""
    candidates = roles.label_candidates(draft.left)
    named = [one for one in candidates if roles.label_score(one.name) > 0.5]
    label = named[0] if named else None
    if label is None:
        names = tuple(one.name for one in candidates[:MOST_CANDIDATES])
        column = draft.settle(
            Question(
                "label", "which column holds whether a row is fraud?", names,
                allowed=tuple(one.name for one in draft.left),
            )
        )  # fmt: skip
        label = next((one for one in draft.left if one.name == column), None)
        if label is None:
            draft.questions.append(Question("positive", "which value of the label is fraud?"))
            draft.maybe_labels = set(names)
            return
    else:
        draft.add("label", label.name, "two values, and the name of a label")
    draft.assign(label, "label", "what a model learns to tell")
    _choose_positive(draft, label)


def _choose_positive(draft: UnfinishedDraft, label: ColumnSurvey) -> None:
    counts = label.counts
    values = sorted(counts, key=lambda value: counts[value])
    shares = " and ".join(f"{value} in {counts[value] / counts.total():.1%}" for value in values)
    lower = {value.lower() for value in values}
    if lower <= {"0", "1", "0.0", "1.0"}:
        draft.add("positive", 1, f"{shares} of the first rows")
        return
    positive = [one for one in values if _bare(one) in POSITIVE]
    negative = [one for one in values if _bare(one) in NEGATIVE]
    if len(positive) == 1 or (len(negative) == 1 and len(values) == 2):
        chosen = positive or [one for one in values if one not in negative]
        draft.add("positive", chosen[0], f"{shares} of the first rows")
        draft.add("negative", next(one for one in values if one not in chosen), "")
        return
    question = Question(
        "positive",
        f"which value of {label.name} is fraud ({shares} of the first rows)?",
        tuple(values),
        suggestion=values[0],
        allowed=tuple(values),
    )
    answer = draft.settle(question)
    if answer is not None:
        draft.add("negative", next(one for one in values if one != str(answer)), "the other")


def _bare(value: str) -> str:
    return value.strip().strip(".").lower()
