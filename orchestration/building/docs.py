"""What dbt knows of every table and column, as one page."""

import json
from pathlib import Path

from orchestration.building.inherited import describe_staging
from orchestration.building.project import artefacts_dir, dbt_resource
from orchestration.settings import Settings


def write_docs(settings: Settings) -> Path:
    """Write dbt's docs, and in them what staging models inherit from the contract.

    Returns:
        The page, which needs no other file and no server.
    """
    target = artefacts_dir(settings)
    dbt_resource().cli(["docs", "generate", "--static", "--quiet"], target_path=target).wait()
    written = (target / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(written)
    describe_staging(manifest)
    page = settings.home_dir / "docs.html"
    static = (target / "static_index.html").read_text(encoding="utf-8")
    page.write_text(static.replace(written, json.dumps(manifest)), encoding="utf-8")
    return page
