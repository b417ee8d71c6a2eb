"""The same work by other tools: all models by dbt and SQLMesh, headline metrics by data frames."""

from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.competitors import python_of
from benchmarks.elsewhere.headlines import compared
from benchmarks.elsewhere.sqlmesh_project import write_project
from benchmarks.measure import Cost, Work, run
from benchmarks.plain.script import DBT, PROJECT, dbt_environment
from benchmarks.same import different_tables, told
from orchestration.publishing.published import FILE_NAME
from orchestration.settings import PROJECT_ROOT, Settings

DBT_BUILD = "dbt build"
SQLMESH = "SQLMesh"
# Of the headline metrics, the data frames compute three.
FRAMES = {"pandas: NPS, CSAT, CES": "pandas", "Polars: NPS, CSAT, CES": "polars"}


def others(bench: Bench, notes: list[str]) -> dict[str, Work]:
    """What each tool does, from the same landing files; notes say what it gave, or lacks."""
    works: dict[str, Work] = {DBT_BUILD: partial(_dbt_build, bench, notes)}
    python = _python(bench, "sqlmesh", notes)
    if python:
        works[SQLMESH] = partial(_sqlmesh, bench, notes, python)
    for name, tool in FRAMES.items():
        if python := _python(bench, tool, notes):
            works[name] = partial(_headlines, bench, notes, tool, python)
    return works


def _python(bench: Bench, tool: str, notes: list[str]) -> Path | None:
    python, missing = python_of(tool)
    notes += missing
    return python


def _dbt_build(bench: Bench, notes: list[str]) -> Cost:
    """Plain inserts, models with their data tests, a plain copy for readers."""
    home = bench.folder("dbt-home")
    environment = dbt_environment(home, bench.folder("dbt")) | bench.limits
    command: list[str | Path] = [DBT, "build", "--exclude-resource-type", "unit_test", *PROJECT]
    cost = _prepared(bench, home) + run(command, environment)
    return cost + _published(bench, home, DBT_BUILD, notes)


def _sqlmesh(bench: Bench, notes: list[str], python: Path) -> Cost:
    """Plain inserts, the models' compiled SQL without tests, a plain copy for readers."""
    home, project = bench.folder("sqlmesh-home"), bench.folder("sqlmesh")
    settings = Settings(home=home, memory_limit=bench.size.memory_limit)
    write_project(bench.script_file, project, settings)
    plan = ("plan", "prod", "--auto-apply", "--no-prompts")
    command: list[str | Path] = [python.parent / "sqlmesh", "--paths", project, *plan]
    cost = _prepared(bench, home) + run(command, {"HOME": str(project), "TZ": "UTC"})
    return cost + _published(bench, home, SQLMESH, notes)


def _prepared(bench: Bench, home: Path) -> Cost:
    history = bench.history()
    database = history.home / "warehouse.duckdb"
    return bench.script("plain.prepare", database, home=home, landing=history.landing)


def _published(bench: Bench, home: Path, tool: str, notes: list[str]) -> Cost:
    history = bench.history()
    folder = home / "published"
    cost = bench.script("plain.publish", folder, home=home, landing=history.landing)
    published = [each / "published" / FILE_NAME for each in (history.home, home)]
    notes.append(f"{tool}: {told(different_tables(*published))} (it fits no predictions)")
    return cost


def _headlines(bench: Bench, notes: list[str], tool: str, python: Path) -> Cost:
    history = bench.history()
    file = bench.size.folder / f"{tool}.json"
    module = f"benchmarks.elsewhere.headlines_{tool}"
    seeds = PROJECT_ROOT / "seeds"
    cost = run([python, "-m", module, history.landing, seeds, file], bench.limits)
    published = history.home / "published" / FILE_NAME
    notes.append(f"{tool}: {compared(published, file)}")
    return cost
