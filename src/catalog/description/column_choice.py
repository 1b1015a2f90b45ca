"""Column choice: amount, identifier and parties, and what the columns without a role are."""

from catalog.description import roles
from catalog.description.guess import Question
from catalog.description.survey import ColumnSurvey
from catalog.description.times import snake_case
from catalog.description.unfinished_draft import MOST_CANDIDATES, UnfinishedDraft

STABLE_PARTIES = ("merchant", "terminal")
MOST_AS_CATEGORY = 1_000


def leave_out_empty_and_index(draft: UnfinishedDraft) -> None:
    """Leave out columns that are empty, nested, or count the rows."""
    for column in draft.left:
        if not column.filled:
            draft.ignore(column, "empty in every row")
        elif column.is_nested:
            draft.ignore(column, "lists, records or bytes; no model takes them")
        elif roles.is_index(column):
            draft.ignore(column, "it counts the rows: an index, as pandas writes it")


def choose_amount(draft: UnfinishedDraft) -> None:
    """Choose the amount; where some are negative, ask whether they are refunds."""
    candidates = roles.amount_candidates([one for one in draft.left if draft.is_number_column(one)])
    if not candidates:
        return
    amount = candidates[0]
    others = ", ".join(one.name for one in candidates[1:MOST_CANDIDATES])
    reason = "the name of an amount" + (f"; it may also be {others}" if others else "")
    if roles.is_in_cents(amount):
        reason += "; in cents: costs of review (review_cost) have to be given in cents too"
    draft.add("amount", amount.name, reason)
    draft.assign(amount, "amount", "what a missed fraud costs")
    negative = [cell for cell in amount.cells if draft.number(cell) < 0]
    if negative:
        draft.settle(
            Question(
                "amount_may_be_negative",
                f"{len(negative):,} of the first {len(amount.cells):,} amounts are negative, "
                f"such as {negative[0]}: are these refunds (true), or bad rows (false)?",
                ("true", "false"),
                allowed=("true", "false", "True", "False"),
                suggestion="true",
            )
        )


def choose_identifier_and_parties(draft: UnfinishedDraft) -> None:
    """Choose the identifier of a transaction, and name its parties."""
    identifiers = [one for one in draft.left if roles.is_identifier(one)]
    identifiers = identifiers or [one for one in draft.left if roles.has_own_codes(one)]
    parties: dict[str, str] = {}
    if identifiers:
        best = max(identifiers, key=lambda one: "trans" in one.name.lower())
        draft.add("id", best.name, "each row has its own")
        draft.assign(best, "id", "it identifies a transaction")
    for column in draft.left:
        role = roles.party(column)
        if role is None or column.missing:
            continue
        unique = role if role not in parties else snake_case(column.name)
        parties[unique] = column.name
        draft.assign(column, "entity", f"{column.distinct:,} of them, by its name")
        if role in STABLE_PARTIES and column.distinct <= MOST_AS_CATEGORY:
            draft.parties_as_categories.append(column.name)
    if parties:
        order = list(roles.PARTIES)
        parties = dict(sorted(parties.items(), key=lambda one: _place(order, one[0])))
        draft.add("entities", parties, "parties; features of their past can be made")


def sort_out_the_rest(draft: UnfinishedDraft) -> None:
    """Take every column that is left for a feature or a category, or leave it out."""
    features, categories, missing = [], draft.parties_as_categories, []
    for column in draft.left:
        if roles.is_constant(column):
            draft.ignore(column, f"the same in every row: {column.examples[0]}")
        elif draft.is_number_column(column) and not roles.is_code(column):
            features.append(column.name)
            draft.assign(column, "number", _gap_note(column))
            missing += [column.name] if column.missing or draft.has_marks(column) else []
        elif roles.is_free_text(column):
            draft.ignore(column, "sentences; no model takes free text")
        elif roles.is_identifier(column) or roles.has_own_texts(column):
            draft.ignore(column, f"{column.distinct:,} different texts: almost one a row")
        else:
            categories.append(column.name)
            hint = "; remove it here if it is the label" * (column.name in draft.maybe_labels)
            draft.assign(column, "category", f"{column.distinct:,} different values{hint}")
    _add_lists(draft, features, categories, missing)


def _add_lists(
    draft: UnfinishedDraft, features: list[str], categories: list[str], missing: list[str]
) -> None:
    if features:
        draft.add("features", features, "numbers")
    if missing:
        draft.add("missing", missing, "features of which some rows have no number")
    if categories:
        draft.add("categorical", categories, "features that are text; an empty cell is missing")
    if draft.ignored:
        draft.add("ignore", draft.ignored, "nothing reads these columns")


def _place(order: list[str], role: str) -> int:
    return order.index(role) if role in order else len(order)


def _gap_note(column: ColumnSurvey) -> str:
    return f"missing in {column.missing / column.rows:.1%}" if column.missing else ""
