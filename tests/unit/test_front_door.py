"""What a newcomer is told to type is there."""

import re
import subprocess

import pytest
import yaml

from orchestration.settings import PROJECT_ROOT


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "DECISIONS.md"])
def test_make_help_lists_every_target_that_is_told_of(page: str) -> None:
    shown = subprocess.check_output(["make", "help"], cwd=PROJECT_ROOT, text=True)
    listed = {line.split()[0] for line in shown.splitlines()}
    told = set(
        re.findall(r"(?:^|`)make (?:[A-Z]+=\S+ )?([a-z]+)", (PROJECT_ROOT / page).read_text(), re.M)
    )
    assert told and told <= listed


def test_hooks_fetch_nothing_and_run_what_the_lock_installs() -> None:
    hooks = yaml.safe_load((PROJECT_ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system" and ".venv/bin/" in hook["entry"]


def test_ci_runs_the_oldest_and_the_newest_python_that_is_promised() -> None:
    project = (PROJECT_ROOT / "pyproject.toml").read_text()
    [(oldest, beyond)] = re.findall(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project)
    workflow = yaml.safe_load((PROJECT_ROOT / ".github" / "workflows" / "ci.yml").read_text())
    versions = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert versions == [f"3.{oldest}", f"3.{int(beyond) - 1}"]
