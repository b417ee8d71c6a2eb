"""What `make` installs is what the lock names, by hash, from the first package on."""

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from orchestration.settings import PROJECT_ROOT

LOCK = (PROJECT_ROOT / "requirements.lock").read_text()
PACKAGE = re.compile(r"^([a-z0-9.-]+(?:\[[a-z,]+\])?==\S+)((?:.*\\\n)*.*)", re.MULTILINE)
LOCKED = "--require-hashes --constraints requirements.lock -r pyproject.toml"
OURS = {"orchestration", "expectations"}


def recipe() -> list[str]:
    """What `make` does for the default install, line by line."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", ".venv/.ready"]
    return subprocess.check_output(command, cwd=PROJECT_ROOT, text=True).splitlines()


def requires(package: str) -> list[str]:
    """What a package asks for; nothing where it is not installed, as on other systems."""
    try:
        return distribution(package).requires or []
    except PackageNotFoundError:
        return []


def needed_by(package: str, extras: frozenset[str] = frozenset()) -> Iterator[str]:
    """A package's requirements here, with theirs."""
    seen: set[str] = set()
    waiting = [(package, extras)]
    while waiting:
        name, extras = waiting.pop()
        for line in requires(name):
            wanted = Requirement(line)
            applies = wanted.marker is None or any(
                wanted.marker.evaluate({"extra": extra}) for extra in extras | {""}
            )
            if applies and str(wanted) not in seen:
                seen.add(str(wanted))
                waiting.append((wanted.name, frozenset(wanted.extras)))
                yield canonicalize_name(wanted.name)


def imported(file: Path) -> set[str]:
    """Names of the packages that a file imports, inside of functions too."""
    nodes = list(ast.walk(ast.parse(file.read_text())))
    plain = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    of = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[0] for name in plain | of} - sys.stdlib_module_names - OURS


def test_every_package_of_the_lock_has_a_hash() -> None:
    packages = PACKAGE.findall(LOCK)
    assert len(packages) > 100
    assert [name for name, rest in packages if "--hash=sha256:" not in rest] == []


def test_pip_installs_the_installer_of_the_lock_and_nothing_else() -> None:
    [by_pip] = [line for line in recipe() if "-m pip " in line]
    reads, installs = by_pip.split("|")
    assert "install --quiet --require-hashes -r /dev/stdin" in installs
    wanted = subprocess.check_output(reads, shell=True, cwd=PROJECT_ROOT, text=True)
    [(installer, hashes)] = PACKAGE.findall(wanted)
    assert installer.startswith("uv==") and "--hash=sha256:" in hashes
    assert (installer, hashes) in PACKAGE.findall(LOCK)


def test_a_package_with_another_hash_than_the_lock_is_not_installed(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(re.sub(r"(sha256:).{8}", r"\1deadbeef", LOCK))
    [install] = [line for line in recipe() if LOCKED in line]
    command = shlex.split(install.replace("requirements.lock", str(lock)))
    target = tmp_path / "packages"
    done = subprocess.run(
        [*command, "--target", target], cwd=PROJECT_ROOT, capture_output=True, text=True
    )
    assert done.returncode and "Hash mismatch" in done.stderr
    assert not list(target.glob("*/METADATA"))


def test_what_is_installed_has_the_version_of_the_lock() -> None:
    wrong = []
    for line in re.findall(r"^[a-z0-9].*==.*(?= \\$)", LOCK, re.MULTILINE):
        wanted = Requirement(line)
        try:
            installed = distribution(wanted.name).version
        except PackageNotFoundError:
            continue
        applies = wanted.marker is None or wanted.marker.evaluate()
        if applies and not wanted.specifier.contains(installed):
            wrong.append(f"{wanted} is {installed} here")
    assert wrong == []


def test_the_pipeline_runs_without_what_only_its_developers_install() -> None:
    runtime = set(needed_by("cx-warehouse", frozenset({"text", "spark"})))
    assert "dagster" in runtime and "pytest" not in runtime
    comes_with = packages_distributions()
    files = [file for folder in OURS for file in (PROJECT_ROOT / folder).rglob("*.py")]
    missing = {
        (file.name, name)
        for file in files
        for name in imported(file)
        if name in comes_with
        and not {canonicalize_name(package) for package in comes_with[name]} & runtime
    }
    assert missing == set()
