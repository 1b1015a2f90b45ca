"""Preflight: the permissions that a promotion needs, checked before its first write."""

from collections.abc import Callable, Iterator
from functools import partial

from foundation import locations
from foundation.errors import AccessDenied, AlreadyExists, Outdated
from foundation.locations import uri
from foundation.stores.lease_owner import SILENCE_SECONDS
from promotion.production import ProductionSession
from promotion.protocol.registry_aliases import CHAMPION
from promotion.protocol.state import State
from promotion.records import Plan
from promotion.refusals import UNCHANGED, ClockWrong

# One machine may be late by this much and another early. Together that is the silence after which
# a process counts as dead: with a larger skew, one would take the lease from a live process.
LARGEST_SKEW_SECONDS = SILENCE_SECONDS / 2
NAME = "preflight"  # no promotion, backup, entry or parameter is called that
SENTINEL = (
    "Nothing reads this. A promotion made it to find out whether it may write parameters, before "
    "it changed any of those that count."
)
WRITTEN = (
    locations.PRODUCTION_CONFIG,
    locations.promotion_key(NAME, NAME),
    locations.backup_key(NAME),
    f"{locations.PROMOTION_LEASE}{NAME}",
    locations.archived_config_key(NAME),
    f"{locations.AUDIT}{NAME}",
)  # fmt: skip

Step = tuple[str, Callable[[], object]]


def require_permitted(plan: Plan, state: State, production: ProductionSession) -> None:
    """Try every kind of call that the promotion will make, in a form that changes nothing.

    Raises AccessDenied with every call that is not allowed, ClockWrong for a clock that would
    mislead a check whether this process is alive. Unavailable passes through.
    """
    steps = [*_object_steps(plan, production), *_parameter_steps(state, production)]
    steps += [
        ("sign an entry of the history", lambda: production.signer.sign(NAME.encode())),
        ("read the model registry", lambda: production.registry.version_at(CHAMPION)),
    ]
    if denied := [problem for step in steps if (problem := _denial(step))]:
        listed = "\n".join(f"  - {problem}" for problem in denied)
        message = (
            f"{production.who} may not do all that a promotion does:\n{listed}\n"
            f"{UNCHANGED} Ask for these permissions, or promote as somebody who has them."
        )
        raise AccessDenied(message)
    _require_right_clock(production)


def _denial(step: Step) -> str | None:
    what, attempt = step
    try:
        attempt()
    except AccessDenied as error:
        return f"{what}: {error}"
    except (AlreadyExists, Outdated):
        return None  # permitted: only the condition of the write failed
    return None


def _object_steps(plan: Plan, production: ProductionSession) -> Iterator[Step]:
    objects, bucket = production.objects, production.bucket
    written = [(bucket, key) for key in WRITTEN]
    if plan.kind == "promotion":  # the model of a rollback is kept already
        written.append((production.settings.models_bucket, locations.model_key(NAME, NAME)))
    for where, key in written:
        # No object has this ETag: the condition is evaluated, and nothing is ever written.
        yield (
            f"write and read {uri(where, _place(key))}",
            partial(objects.write_if, where, key, NAME.encode(), etag=f'"{NAME}"'),
        )
    lease = f"{locations.PROMOTION_LEASE}{NAME}"
    yield f"delete in {uri(bucket, _place(lease))}", partial(objects.delete, bucket, lease)


def _place(key: str) -> str:
    return key if NAME not in key else f"{key.partition('/')[0]}/"


def _parameter_steps(state: State, production: ProductionSession) -> Iterator[Step]:
    parameters = production.parameters
    name, value = _harmless_parameter(state)
    yield f"write {name}", partial(parameters.create, name, value)
    absent = locations.hyperparameter_name(NAME)
    yield f"delete {locations.HYPERPARAMETERS}*", partial(parameters.delete, [absent])


def _harmless_parameter(state: State) -> tuple[str, str]:
    """Return a parameter whose creation changes nothing: the present one, with its own value.

    Never a hyperparameter: another promotion may remove it before the request arrives, which would
    then bring it back. The parameter of the whole configuration is replaced and never removed.
    Before the first promotion, a sentinel parameter says of itself that nothing reads it.
    """
    present = state.parameters.get(locations.CONFIG_PARAMETER)
    if present is None:
        return locations.PREFLIGHT_PARAMETER, SENTINEL
    return present.name, present.value


def _require_right_clock(production: ProductionSession) -> None:
    theirs, ours = production.objects.current_time(production.bucket), production.now()
    skew = (ours - theirs).total_seconds()
    if abs(skew) > LARGEST_SKEW_SECONDS:
        message = (
            f"The clock of this machine says {ours:%Y-%m-%d %H:%M:%S} UTC, and that of the store "
            f"{theirs:%Y-%m-%d %H:%M:%S} UTC. More than {LARGEST_SKEW_SECONDS:.0f} s apart, who "
            "looks whether this promotion is alive would be misled, and the history would be out "
            f"of order. {UNCHANGED} Set the clock."
        )
        raise ClockWrong(message)
