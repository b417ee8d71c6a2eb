"""The parsed dbt project: dbt builds from it, and Dagster and the docs read it as a manifest."""

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest

from orchestration.building.dbt import run_dbt
from orchestration.code_state import code_digest
from orchestration.settings import Settings

_MSGPACK, _JSON = "partial_parse.msgpack", "manifest.json"


def artefacts_dir(settings: Settings) -> Path:
    """Where dbt writes: one folder per home, so that homes do not disturb each other."""
    return settings.log_dir / "dbt"


def parsed(settings: Settings) -> Manifest:
    """The project as dbt builds it.

    Raises:
        DbtError: dbt cannot parse the project.
    """
    # Without comparing what it was parsed from with each file, which takes dbt 1 s.
    manifest: Manifest = Manifest.from_msgpack((_parse(settings) / _MSGPACK).read_bytes())
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]
    return manifest


def manifest_json(settings: Settings) -> dict[str, Any]:
    """The project as dbt writes it for other programs.

    Raises:
        DbtError: dbt cannot parse the project.
    """
    return dict(json.loads((_parse(settings) / _JSON).read_text(encoding="utf-8")))


def _parse(settings: Settings) -> Path:
    """Parse the project, unless that was done with the same code; give the folder."""
    folder = artefacts_dir(settings)
    seal, place = folder / "parsed.sha256", f"{settings.target} {settings.dbt_project_dir}\n"
    # Before dbt reads it: who changes a file meanwhile has the project parsed again.
    code = code_digest()
    told = seal.read_text(encoding="utf-8") if seal.exists() else ""
    if told != place + _seal(folder, code):
        # dbt goes on from what it parsed before, which names files by where the project was.
        if not told.startswith(place):
            (folder / _MSGPACK).unlink(missing_ok=True)
        run_dbt(["parse", "--quiet"])
        seal.write_text(place + _seal(folder, code), encoding="utf-8")
    return folder


def _seal(folder: Path, code: str) -> str:
    """SHA-256 in hex of the code and of what a full disk may cut off."""
    content = hashlib.sha256(code.encode())
    for name in (_MSGPACK, _JSON):
        with suppress(FileNotFoundError):
            content.update((folder / name).read_bytes())
    return content.hexdigest()
