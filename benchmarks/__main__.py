"""Run the benchmarks, or those named: python -m benchmarks [prepare scoring …].

`quality` takes half an hour and installs two rivals, so it runs only when it is named.
"""

import importlib
import sys
from pathlib import Path

ONLY_BY_NAME = {"quality"}


def main(names: list[str]) -> None:
    known = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    if unknown := set(names) - set(known):
        sys.exit(f"No benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    for name in names or sorted(set(known) - ONLY_BY_NAME):
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
