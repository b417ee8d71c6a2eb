"""What dbt knows of every table and column, as one page."""

import json
from pathlib import Path

from orchestration.building.dbt import run_dbt
from orchestration.building.inherited import describe_staging
from orchestration.building.parsed import artefacts_dir, parsed
from orchestration.settings import Settings


def write_docs(settings: Settings) -> Path:
    """Write dbt's docs, and in them what staging models inherit from the contract.

    Returns:
        The page, which needs no other file and no server.
    """
    target = artefacts_dir(settings) / "docs"
    arguments = ["docs", "generate", "--static", "--quiet", "--target-path", str(target)]
    run_dbt(arguments, parsed(settings))
    written = (target / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(written)
    describe_staging(manifest)
    page = settings.home_dir / "docs.html"
    static = (target / "static_index.html").read_text(encoding="utf-8")
    page.write_text(static.replace(written, json.dumps(manifest)), encoding="utf-8")
    return page
