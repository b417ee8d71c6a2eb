"""A company's own folder: what it may hold, and how what is wrong in it is told."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from orchestration.cli.app import app
from orchestration.code_state import code_digest
from orchestration.overlay.errors import OwnFolderError
from orchestration.overlay.project import lay_over
from orchestration.reporting.declared import pages
from orchestration.settings import PROJECT_ROOT, Settings
from tests.hanging import HANGS_AFTER_SECONDS
from tests.integration.conftest import CX
from tests.integration.test_machine_failures import OBEYING

LAY = (
    "from orchestration.overlay.project import lay_over;"
    "from orchestration.settings import Settings; lay_over(Settings())"
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(tmp_path: Path, own: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CX_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CX_OWN", str(own))
    return Settings()


def put(own: Path, name: str, content: str | bytes) -> None:
    file = own / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def lines(settings: Settings, registry: str) -> list[str]:
    file = settings.project_dir / "seeds" / f"{registry}.csv"
    return file.read_text(encoding="utf-8").splitlines()


def test_rows_of_the_company_stand_for_all_of_ours_of_the_same_thing(
    settings: Settings, own: Path
) -> None:
    put(own, "seeds/business_hours.csv", "schedule,weekday,opens\ndefault,1,08:00\n")
    put(own, "seeds/metrics.csv", '\ufeffmetric,label\nnps,"Net, ""promoters"""\n\ncsat,\n')
    lay_over(settings)
    assert lines(settings, "business_hours") == [
        "schedule,weekday,opens,closes,time_zone",
        "default,1,08:00,,",
    ]
    ours = (PROJECT_ROOT / "seeds" / "metrics.csv").read_text().splitlines()
    kept = [line for line in ours if not line.startswith(("nps,", "csat,"))]
    assert lines(settings, "metrics") == [*kept, 'nps,"Net, ""promoters""",,,,,,,,,']
    assert (
        lines(settings, "touchpoints")
        == (PROJECT_ROOT / "seeds" / "touchpoints.csv").read_text().splitlines()
    )


def test_settings_models_and_registries_of_its_own_are_the_projects(
    settings: Settings, own: Path
) -> None:
    put(own, "settings.yml", "min_responses: 20\nevents_from: 2001-01-01\npositive_rating: 1\n")
    put(own, "models/metrics/pmf_metrics.sql", "select 1")
    put(own, "models/v1.2/int_region_spans.sql", "select 1")
    put(own, "models/anywhere/int_helping_spans.sql", "select 1")
    put(own, "seeds/segment_types.csv", "segment_type,applies_to,attribute\nhome,customer,region\n")
    put(own, "seeds/shops.csv", "shop\nGraz\n")
    lay_over(settings)
    ours, built = (
        yaml.safe_load((folder / "dbt_project" / "dbt_project.yml").read_text())
        for folder in (PROJECT_ROOT, settings.project_dir)
    )
    vars_ = ours.pop("vars") | {
        "min_responses": 20,
        "events_from": "2001-01-01",
        "positive_rating": 1,
    }
    vars_["metric_families"] += ["pmf_metrics"]
    vars_["segment_spans"] += ["region"]
    assert built.pop("vars") == vars_ and built == ours
    assert lines(settings, "shops") == ["shop", "Graz"]
    assert (settings.dbt_project_dir / "models/metrics/pmf_metrics.sql").read_text() == "select 1"


def test_what_is_taken_out_of_the_folder_goes_and_what_stays_is_not_written_again(
    settings: Settings, own: Path
) -> None:
    put(own, "models/marts/shops/visits.sql", "select 1")
    lay_over(settings)
    project = settings.dbt_project_dir
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    (own / "models/marts/shops/visits.sql").unlink()
    lay_over(settings)
    after = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    assert before.keys() - after.keys() == {project / "models/marts/shops/visits.sql"}
    assert before.items() >= after.items()


def test_one_checkout_serves_two_companies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, least in (("one", 20), ("two", 30)):
        put(tmp_path / name, "settings.yml", f"min_responses: {least}\n")
    found = {}
    for name in ("one", "two"):
        monkeypatch.setenv("CX_OWN", str(tmp_path / name))
        settings = Settings(home=tmp_path / f"home-{name}")
        lay_over(settings)
        project = yaml.safe_load((settings.dbt_project_dir / "dbt_project.yml").read_text())
        found[project["vars"]["min_responses"]] = code_digest()
    assert found.keys() == {20, 30} and len({*found.values()}) == 2


WRONG: dict[str, tuple[str, str | bytes, str]] = {
    "a column that is not there": (
        "seeds/metrics.csv",
        "metric,lable\nnps,NPS\n",
        "seeds/metrics.csv has a column lable, but the registry has metric, label, unit",
    ),
    "without the column that names things": (
        "seeds/metrics.csv",
        "label,unit\nNPS,points\n",
        "seeds/metrics.csv must have the column metric, and none twice",
    ),
    "an empty registry": ("seeds/metrics.csv", "", "must have the column metric"),
    "a comma too many": (
        "seeds/metrics.csv",
        "metric,label\nnps,NPS\ncsat,Satisfied, really\n",
        "seeds/metrics.csv, row 3: 3 values for 2 columns; write as many as its first line has",
    ),
    "Latin-1": (
        "seeds/metrics.csv",
        "metric,label\nnps,\xe9\n".encode("latin-1"),
        "no CSV in UTF-8",
    ),
    "a misspelt setting": (
        "settings.yml",
        "min_respones: 20\n",
        "settings.yml: there is no setting min_respones: is it min_responses?",
    ),
    "a word for a number": (
        "settings.yml",
        "min_responses: twenty\n",
        "min_responses must be a whole number, as 10 is; it is 'twenty'",
    ),
    "no number at all": ("settings.yml", "min_responses:\n", "must be a whole number"),
    "true for a number": ("settings.yml", "min_responses: true\n", "must be a whole number"),
    "one for a list": ("settings.yml", "funnel_stages: use\n", "funnel_stages must be a list"),
    "a list of settings": ("settings.yml", "- min_responses\n", "must name settings, as in"),
    "no YAML": ("settings.yml", "min_responses: [\n", "settings.yml is no YAML in UTF-8"),
    "a model of ours": (
        "models/metrics/nps_metrics.sql",
        "select 1",
        "models/metrics/nps_metrics.sql has the place of a file of ours",
    ),
    "a model in Latin-1": ("models/x.sql", b"select '\xe9'", "models/x.sql is no text in UTF-8"),
    "a folder that is nearly read": (
        "model/x.sql",
        "select 1",
        "model is not read: call it models",
    ),
    "semicolons": (
        "seeds/metrics.csv",
        "metric;label\nnps;NPS\n",
        "seeds/metrics.csv has ';' between its columns; write commas",
    ),
    "a folder for a registry": ("seeds/metrics.csv/x", "", "seeds/metrics.csv is a folder; a file"),
    "a folder for settings": ("settings.yml/x", "", "settings.yml is a folder; a file must stand"),
    "a file for a folder": ("models", "select 1", "models is a file; a folder must stand there"),
    "an owner of nothing": (
        "settings.yml",
        "owners: {suport: team:helpdesk}",
        "owners has suport, which is no part of it: is it support?",
    ),
    "an owner whom nobody can reach": (
        "settings.yml",
        "owners: {support: The helpdesk}",
        "the owner of support must be written as name@example.com or team:helpdesk; it is 'The",
    ),
    "settings that are nearly read": ("settings.yaml", "a: 1", "is not read: call it settings.yml"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_file_and_what_would_do(
    case: str, settings: Settings, own: Path
) -> None:
    name, content, told = WRONG[case]
    put(own, name, content)
    with pytest.raises(OwnFolderError) as error:
        lay_over(settings)
    assert str(own) in str(error.value) and told in str(error.value)


@pytest.mark.parametrize("name", ["settings.yml", "seeds/metrics.csv", "models", "models/marts"])
def test_a_link_to_nothing_is_told(name: str, settings: Settings, own: Path) -> None:
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).symlink_to("/nowhere/at/all")
    with pytest.raises(OwnFolderError) as error:
        lay_over(settings)
    told = f"{own / name} is a link to /nowhere/at/all, which is not there"
    assert str(error.value).startswith(told)


def test_a_link_to_a_folder_is_told(settings: Settings, own: Path, tmp_path: Path) -> None:
    put(tmp_path, "elsewhere/sales.sql", "select 1 as one")
    (own / "models").mkdir()
    (own / "models" / "marts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OwnFolderError, match="models/marts is a link to a folder; put that folder"):
        lay_over(settings)


def test_a_folder_that_may_not_be_read_is_told(settings: Settings, own: Path) -> None:
    put(own, "seeds/metric_targets.csv", "metric,target\nnps,1\n")
    (own / "seeds").chmod(0o000)
    status = [*OBEYING, sys.executable, "-c", CX, "status"]
    done = subprocess.run(status, capture_output=True, text=True, cwd=PROJECT_ROOT, check=False)
    (own / "seeds").chmod(0o755)
    assert (done.returncode, done.stderr) == (2, "")
    assert f"{own / 'seeds'} may not be read by the user who runs cx" in done.stdout


@pytest.mark.parametrize("name", ["logs", "target"])
def test_a_source_may_be_called_as_what_dbt_leaves(
    name: str, settings: Settings, own: Path
) -> None:
    before = code_digest()
    put(own, f"models/staging/{name}/stg_{name}__visits.sql", "select 1 as one")
    lay_over(settings)
    assert (settings.project_dir / f"dbt_project/models/staging/{name}").is_dir()
    assert code_digest() != before


def test_commands_at_once_write_one_project(settings: Settings, own: Path) -> None:
    put(own, "settings.yml", "min_responses: 20\n")
    lay = [sys.executable, "-c", LAY]
    for _ in range(2):
        shutil.rmtree(settings.project_dir, ignore_errors=True)
        several = [subprocess.Popen(lay, cwd=PROJECT_ROOT) for _ in range(4)]
        assert [process.wait(timeout=HANGS_AFTER_SECONDS) for process in several] == [0] * 4
    assert not list(settings.project_dir.rglob("tmp*"))


def test_the_own_folder_is_none_that_would_be_written_over(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = settings.project_dir / "models" / "mine.sql"
    put(settings.project_dir, "models/mine.sql", "select 1")
    monkeypatch.setenv("CX_OWN", str(settings.project_dir))
    with pytest.raises(OwnFolderError, match="which is written anew by each run"):
        lay_over(Settings())
    assert mine.read_text() == "select 1"


def test_a_folder_that_is_not_there_stops_each_command_with_a_sentence(
    settings: Settings, own: Path
) -> None:
    own.rmdir()
    done = invoke("status")
    assert done.exit_code == 2
    assert done.stdout == f"CX_OWN is {own}, which is no folder; make it, or unset CX_OWN\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("metric", "nps"), "nps_metrics.sql is there already: choose another name"),
        (("metric", "csat_response_rate"), "metrics.csv has csat_response_rate already"),
        (("segment", "plan"), "segment_types.csv has plan already: choose another name"),
        (("segment", "group"), "group is no name for a segment: write it as home_region"),
        (("segment", "Home region"), "Home region is no name for a segment"),
        (("model", "../../secrets"), "../../secrets is no name for a model"),
        (("source", "visits"), "visits is no name for a source: write it as shops/visits"),
    ],
)
def test_a_name_that_will_not_do_writes_nothing(
    arguments: tuple[str, str], told: str, settings: Settings, own: Path
) -> None:
    done = invoke("new", *arguments)
    assert done.exit_code == 2 and told in done.stdout
    assert list(own.rglob("*.*")) == []


def test_a_second_metric_is_a_row_more_and_no_name_is_taken_twice(
    settings: Settings, own: Path
) -> None:
    put(own, "seeds/metrics.csv", "label,metric,unit\nMine,mine,share")
    assert invoke("new", "metric", "fit").exit_code == 0
    assert (own / "seeds/metrics.csv").read_text() == (
        "label,metric,unit\nMine,mine,share\nFit,fit,share\n"
    )
    again = invoke("new", "metric", "mine")
    assert again.exit_code == 2 and "has mine already" in again.stdout


def test_of_a_column_of_customers_the_row_is_all_there_is(settings: Settings, own: Path) -> None:
    assert invoke("new", "segment", "region").exit_code == 0
    assert [path.name for path in own.rglob("*.*")] == ["segment_types.csv"]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("title: Mine\n", "says nothing of place"),
        (
            "place: 50\ntitle: Mine\nquestion: Why?\ncharts: [{frm: items}]\n",
            "is no page of a report",
        ),
        ("place: [\n", "is no page of a report: while parsing"),
        (
            "place: 50\ntitle: Mine\nquestion: Why?\ncharts:\n"
            "  - {form: items, title: Who, says: All., from: marts.who, by_customer: true}\n",
            "the list Who is by_customer, and so needs a limit",
        ),
    ],
)
def test_a_page_that_is_none_is_named(page: str, told: str, settings: Settings, own: Path) -> None:
    put(own, "pages/mine.yml", page)
    pages.cache_clear()
    with pytest.raises(ValueError, match=told) as error:
        pages()
    assert str(own / "pages" / "mine.yml") in str(error.value)


def test_without_a_folder_of_ones_own_nothing_is_begun(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CX_OWN")
    done = invoke("new", "model", "visits")
    assert done.exit_code == 2 and done.stdout.startswith("Set CX_OWN to a folder of your own")
