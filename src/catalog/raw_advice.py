"""Raw advice: the commands that bring the raw file of a data set, by its description."""

from foundation.commands import command, ingest, simulate
from fraud.data.spec import DataSpec
from fraud.simulation.registry import SIMULATIONS

PUBLISHED = "creditcard"  # the one data set that `ceap data fetch` gets


def ways_to_raw_data(spec: DataSpec) -> str:
    """Return the commands that bring the raw file, each with what it brings."""
    ways = []
    if spec.name == PUBLISHED:
        ways.append(f"`{command('data', 'fetch')}` (the published set)")
    if not spec.simulated:
        ways.append(f"`{ingest(spec.name)}` (a file of yours)")
    if spec.name in SIMULATIONS:
        kind = "it exists only as a simulation" if spec.simulated else "a stand-in"
        ways.append(f"`{simulate(spec.name)}` ({kind})")
    return f"{', '.join(ways[:-1])} or {ways[-1]}" if ways[1:] else "".join(ways)
