"""Run every benchmark, or those named: python -m benchmarks [prepare scoring …]."""

import importlib
import sys
from pathlib import Path


def main(names: list[str]) -> None:
    known = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    if unknown := set(names) - set(known):
        sys.exit(f"No benchmark {', '.join(sorted(unknown))}. There are: {', '.join(known)}")
    for name in names or known:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n== {name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()


if __name__ == "__main__":
    main(sys.argv[1:])
