"""What holds of every model of the dbt project, by its manifest."""

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from expectations import guarded_tables
from orchestration.building.parsed import artefacts_dir
from orchestration.building.project import manifest
from orchestration.contract import source_tables
from orchestration.running.environment import export_environment
from orchestration.settings import PROJECT_ROOT, Settings
from tests.integration.starting import parsed_project

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Manifest]:
    """The manifest as everybody but dbt itself reads it."""
    before = dict(os.environ)
    os.environ["CX_HOME"] = str(tmp_path_factory.mktemp("home"))
    export_environment(Settings())
    shutil.copytree(parsed_project(), artefacts_dir(Settings()))
    yield manifest(Settings())
    os.environ.clear()
    os.environ |= before


def test_staging_says_of_a_column_what_its_contract_says(parsed: Manifest) -> None:
    told = {table.full_name: {c.name: c for c in table.columns} for table in source_tables()}
    answers = parsed["nodes"]["model.cx.stg_survey__responses"]["columns"]
    for name, column in told["raw_survey.responses"].items():
        assert answers[name]["description"] == column.description
        assert answers[name]["data_type"] == column.data_type
    newest = parsed["nodes"]["model.cx.stg_crm__customers"]["columns"]
    assert newest["country"]["description"] == told["raw_crm.customers"]["country"].description
    assert newest["signed_up_at"]["description"].endswith("null where it cannot have been then.")
    assert newest["exclusion_reason"]["description"].startswith("Always null")


def test_a_reference_names_a_table_of_its_source(parsed: Manifest) -> None:
    tables = {table.full_name for table in source_tables()}
    references = [
        f"{source['schema']}.{column['meta']['references']}"
        for source in parsed["sources"].values()
        for column in source["columns"].values()
        if "references" in column["meta"]
    ]
    assert "raw_crm.accounts" in references
    assert set(references) <= tables


def test_every_column_that_stands_in_the_project_is_described(parsed: Manifest) -> None:
    bare = [
        f"{node['name']}.{name}"
        for node in parsed["nodes"].values()
        for name, column in node.get("columns", {}).items()
        if not column["description"]
    ]
    assert bare == []


def parents(parsed: Manifest, node: str) -> list[str]:
    """What a model reads; a source and a registry read nothing."""
    return list(parsed["nodes"].get(node, {}).get("depends_on", {}).get("nodes", []))


def ancestors(parsed: Manifest, node: str) -> set[str]:
    """All that a model reads, and what that reads in turn."""
    above = parents(parsed, node)
    return set(above).union(*(ancestors(parsed, parent) for parent in above))


def hash_of(parsed: Manifest, node: str) -> set[str]:
    """Registries of which a model gives a hash that is of all they say."""
    meta = parsed["nodes"].get(node, {}).get("config", {}).get("meta", {})
    return {f"seed.cx.{name}" for name in meta.get("hash_of", [])}


def unseen(parsed: Manifest, fact: str) -> set[str]:
    """Sources and registries that decide rows of a fact and that its inputs do not hash.

    Inputs see what they read themselves, so what is computed of nothing but that, and what a
    model above them says that its hash is of.
    """
    [inputs] = [parent for parent in parents(parsed, fact) if parent.endswith("_inputs")]
    hashed = set().union(*(hash_of(parsed, node) for node in ancestors(parsed, inputs)))
    seen = {inputs, *parents(parsed, inputs), *hashed}

    def beside(node: str) -> set[str]:
        if node in seen:
            return set()
        above = parents(parsed, node)
        return set().union(*map(beside, above)) if above else {node}

    return beside(fact)


def facts(parsed: Manifest) -> list[str]:
    """Models that are built by months of their inputs."""
    return [
        unique_id
        for unique_id, node in parsed["nodes"].items()
        if "macro.cx.stale_months" in node["depends_on"].get("macros", [])
    ]


def test_a_fact_reads_nothing_that_its_inputs_do_not_hash(parsed: Manifest) -> None:
    assert len(facts(parsed)) == 7
    assert {fact: unseen(parsed, fact) for fact in facts(parsed)} == {
        fact: set() for fact in facts(parsed)
    }


@pytest.mark.parametrize(
    ("reader", "read", "unhashed"),
    [
        ("fct_orders", "model.cx.int_subscription_spans", "source.cx.raw_crm.subscriptions"),
        ("int_orders_valued", "seed.cx.touchpoints", "seed.cx.touchpoints"),
        ("int_calls_judged", "source.cx.raw_web.events", "source.cx.raw_web.events"),
        ("int_ticket_waits", "model.cx.int_exchange_rates", "seed.cx.exchange_rates"),
    ],
)
def test_what_a_fact_reads_anew_is_missed_in_its_inputs(
    parsed: Manifest, reader: str, read: str, unhashed: str
) -> None:
    changed = copy.deepcopy(parsed)
    changed["nodes"][f"model.cx.{reader}"]["depends_on"]["nodes"].append(read)
    assert unhashed in set().union(*(unseen(changed, fact) for fact in facts(changed)))


@pytest.mark.parametrize(
    ("inputs", "unhashed"),
    [
        ("int_exchange_rates", "seed.cx.exchange_rates"),
        ("int_ticket_schedules", "seed.cx.holidays"),
        ("int_profile_spans", "source.cx.raw_crm.customers"),
    ],
)
def test_an_input_that_is_forgotten_is_missed(parsed: Manifest, inputs: str, unhashed: str) -> None:
    changed = copy.deepcopy(parsed)
    for name, node in changed["nodes"].items():
        if name.endswith("_inputs"):
            read = node["depends_on"]["nodes"]
            node["depends_on"]["nodes"] = [n for n in read if n != f"model.cx.{inputs}"]
    assert unhashed in set().union(*(unseen(changed, fact) for fact in facts(changed)))


def test_a_hash_is_of_what_its_model_reads(parsed: Manifest) -> None:
    for node in parsed["nodes"]:
        assert hash_of(parsed, node) <= set(parents(parsed, node))


@pytest.mark.parametrize("folder", ["survey", "two_words", "web2/pages"])
def test_lint_asks_of_each_folder_of_marts_a_contract_a_key_and_worked_numbers(
    parsed: Manifest, tmp_path: Path, folder: str
) -> None:
    project = json.loads((artefacts_dir(Settings()) / "manifest.json").read_text())
    bare = copy.deepcopy(project["nodes"]["model.cx.int_exchange_rates"])
    path = f"marts/{folder}/visits_by_customer.sql"
    bare |= {
        "name": "visits_by_customer",
        "unique_id": "model.cx.visits_by_customer",
        "path": path,
        "original_file_path": f"models/{path}",
        "patch_path": f"cx://models/{path.replace('.sql', '.yml')}",
    }
    project["nodes"][bare["unique_id"]] = bare
    shutil.copy(PROJECT_ROOT / "pyproject.toml", tmp_path)
    target = tmp_path / "dbt_project" / "target"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(json.dumps(project))
    linted = subprocess.run(
        [Path(sys.executable).parent / "dbt-bouncer", "run"],
        cwd=tmp_path,
        env=os.environ | {"COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    missed = set(re.findall(r"check_model_has_\w+(?=:\S*visits_by_customer)", linted.stdout))
    assert missed == {
        "check_model_has_contracts_enforced",
        "check_model_has_unique_test",
        "check_model_has_unit_tests",
    }


def named_in_python(models: set[str]) -> set[str]:
    """Rooms of Python in which a name of these models stands."""
    folder = PROJECT_ROOT / "orchestration"
    return {
        file.relative_to(folder).parts[0]
        for file in folder.rglob("*.py")
        if models & set(re.findall(r"\w+", file.read_text()))
    }


def test_python_names_no_model_but_published_ones_to_read_them(parsed: Manifest) -> None:
    models = [node for node in parsed["nodes"].values() if node["resource_type"] == "model"]
    published = {node["name"] for node in models if node["fqn"][1] == "marts"}
    assert named_in_python({node["name"] for node in models} - published) == set()
    assert named_in_python(published) == {"reporting"}


def test_every_mart_of_a_topic_has_a_gate(parsed: Manifest) -> None:
    marts = {
        f"marts.{node['name']}"
        for node in parsed["nodes"].values()
        if node["resource_type"] == "model"
        and node["fqn"][1] == "marts"
        and node["fqn"][2] != "core"
    }
    assert marts
    assert marts - set(guarded_tables("marts")) == set()


def test_no_view_is_written_by_what_landed(parsed: Manifest) -> None:
    """A view stands while code is as it was, its own and that of what it reads."""
    macros = parsed["macros"]

    def used(names: list[str]) -> set[str]:
        found = set(names) & macros.keys()
        more = {name for each in found for name in macros[each]["depends_on"]["macros"]}
        return found if more <= found else used([*found, *more])

    asking = {"macro.cx.has_landed", "macro.cx.is_told_by_orders", "macro.cx.has_accounts"}
    assert asking <= macros.keys()
    models = [node for node in parsed["nodes"].values() if node["resource_type"] == "model"]
    written = [node for node in models if used(node["depends_on"]["macros"]) & asking]
    assert written
    assert {node["name"] for node in written if node["config"]["materialized"] == "view"} == set()
