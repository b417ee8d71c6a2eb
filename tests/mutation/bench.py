"""A copy of the project and a warehouse built from the sample: what mutants are tried on."""

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from orchestration.building.fits.purchases import SCHEMA
from orchestration.settings import PROJECT_ROOT
from orchestration.sql import identifier
from tests.integration.conftest import Warehouse
from tests.integration.published import copy_of, published_sample
from tests.mutation.drawing import Mutant

_SILENT = ("--quiet", "--log-level", "none", "--no-write-json")
FITTED = f"source:{SCHEMA}+"
_IGNORED = shutil.ignore_patterns(".*", "data", "logs", "target", "__pycache__")


@dataclass(frozen=True)
class Bench:
    """Folders: the project as it is, a home that it has run in, and the sample that it ran on."""

    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse(self.folder / "home", self.folder / "landing", self.project)

    def prepare(self) -> None:
        """Copy the project, and a sample that the daily job has run on."""
        copy_project(PROJECT_ROOT, self.project)
        copy_of(published_sample(), self.folder)

    def home_of_worker(self) -> Path:
        """A home of this process with the warehouse as it was built."""
        home = self.folder / f"worker-{os.getpid()}" / "home"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        shutil.copy(self.warehouse.home / "warehouse.duckdb", home)
        return home


def copy_project(source: Path, target: Path) -> Path:
    """The project and its tests, to break."""
    return Path(shutil.copytree(source, target, ignore=_IGNORED))


class Dbt:
    """dbt with a manifest parsed once, in which mutants are planted: to parse anew takes 5 s."""

    def __init__(self, bench: Bench) -> None:
        self.project = bench.project / "dbt_project"
        os.environ |= {
            "CX_WAREHOUSE_FILE": str(bench.warehouse.home / "warehouse.duckdb"),
            "CX_THREADS": "1",
            "CX_MEMORY_LIMIT": "2GB",
            "DBT_PROFILES_DIR": str(self.project),
            "DBT_TARGET_PATH": str(bench.folder / "dbt"),
            "DBT_LOG_PATH": str(bench.folder / "dbt"),
        }
        parsed = dbtRunner().invoke(["--quiet", "parse", "--project-dir", str(self.project)])
        assert isinstance(parsed.result, Manifest), parsed.exception
        self.manifest = parsed.result

    def plant(self, mutant: Mutant) -> list[str]:
        """Change the manifest as the mutant changes its file; give the models that it changes."""
        path = mutant.file.removeprefix("dbt_project/")
        for node in self.manifest.nodes.values():
            if node.original_file_path == path and isinstance(node, ModelNode):
                node.raw_code = mutant.mutated.strip()
                node.checksum = node.checksum.from_contents(mutant.mutated)
                # Where models read checksums: without it no month of a fact would be stale.
                self.manifest.build_flat_graph()  # type: ignore[no-untyped-call]
                return [node.name]
        changed = set()
        for macro in self.manifest.macros.values():
            if macro.original_file_path == path and macro.package_name == "cx":
                begin = mutant.text.index(macro.macro_sql)
                if begin <= mutant.change.start < begin + len(macro.macro_sql):
                    macro.macro_sql = mutant.change.shifted(-begin).applied(macro.macro_sql)
                    changed.add(macro.unique_id)
        return self._users(changed)

    def _users(self, macros: set[str]) -> list[str]:
        """Models that call macros, if through others."""
        found: set[str] = set()
        while macros - found:
            found |= macros
            macros = {
                macro.unique_id
                for macro in self.manifest.macros.values()
                if found & set(macro.depends_on.macros)
            }
        return [
            node.name
            for node in self.manifest.nodes.values()
            if isinstance(node, ModelNode) and found & set(node.depends_on.macros)
        ]

    def descendants(self, models: Collection[str]) -> set[str]:
        """Names of models and of all that read them."""
        ids = [f"model.cx.{model}" for model in models]
        found: set[str] = set()
        while ids:
            node = ids.pop()
            if node not in found and node.startswith("model."):
                found.add(node)
                ids += self.manifest.child_map[node]
        return {node.removeprefix("model.cx.") for node in found}

    def histories(self) -> tuple[str, str]:
        """Name and relation of the table that purchase models are fitted to."""
        fitted_to = self.manifest.sources[f"source.cx.{SCHEMA}.purchase_models"].meta["fitted_to"]
        (node,) = (node for node in self.manifest.nodes.values() if node.name == fitted_to)
        return node.name, identifier(node.schema, node.alias)

    @property
    def unit_tests(self) -> set[str]:
        """Names of all worked numbers."""
        return {test.name for test in self.manifest.unit_tests.values()}

    def unit_test_that_fails(self, models: Collection[str]) -> str:
        """The first of some models; nothing when all pass."""
        tests = [f"{model},test_type:unit" for model in models]
        return next(iter(self.failures("test", "--select", *tests)), "")

    def failures(self, *arguments: str) -> list[str]:
        """What fails in a command of dbt: names, errors of the command itself included."""
        done = dbtRunner(self.manifest).invoke(
            [*_SILENT, *arguments, "--project-dir", str(self.project)]
        )
        if done.success:
            return []
        results = getattr(done.result, "results", [])
        failed = [result.node.name for result in results if str(result.status) in {"error", "fail"}]
        return failed or [f"dbt: {done.exception}"]
