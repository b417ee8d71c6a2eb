"""What brings files by itself: a module in `connectors` for each system."""

import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from orchestration.own import module_names

# Puts files into the folder that it is given, each under `<table>/`.
Deliver = Callable[[Path], None]
PACKAGE = "orchestration.connectors"


def systems() -> list[str]:
    """Names of the systems that have a connector, without importing any."""
    return module_names(PACKAGE, "connectors")


def connectors() -> dict[str, dict[str, Deliver]]:
    """What fills a source: by source the systems that deliver to it, as their modules say."""
    found: dict[str, dict[str, Deliver]] = {}
    for system in systems():
        for source, deliver in import_module(f"{PACKAGE}.{system}").DELIVERS.items():
            found.setdefault(source, {})[system] = deliver
    return found


def land_whole(landing_dir: Path, source: str, system: str, deliver: Deliver) -> int:
    """Give a connector a folder of its own, and land the files in it once it has ended well.

    So neither a file that it has only begun nor a part of what belongs together is loaded.
    """
    begun = landing_dir / f".delivering-{source}-{system}"
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    try:
        deliver(begun)
        files = sorted(path for path in begun.rglob("*") if path.is_file())
        for file in files:
            target = landing_dir / source / file.relative_to(begun)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)
    finally:
        shutil.rmtree(begun)
    return len(files)
