"""What `make` installs is what the lock names, by hash, from the first package on."""

import re
import subprocess

from orchestration.settings import PROJECT_ROOT

LOCK = (PROJECT_ROOT / "requirements.lock").read_text()
PACKAGE = re.compile(r"^([a-z0-9.-]+(?:\[[a-z,]+\])?==\S+)((?:.*\\\n)*.*)", re.MULTILINE)


def test_every_package_of_the_lock_has_a_hash() -> None:
    packages = PACKAGE.findall(LOCK)
    assert len(packages) > 100
    assert [name for name, rest in packages if "--hash=sha256:" not in rest] == []


def test_pip_installs_the_installer_of_the_lock_and_nothing_else() -> None:
    recipe = ["make", "--dry-run", "--always-make", "--no-print-directory", ".venv/.ready"]
    lines = subprocess.check_output(recipe, cwd=PROJECT_ROOT, text=True).splitlines()
    [by_pip] = [line for line in lines if "-m pip " in line]
    reads, installs = by_pip.split("|")
    assert "install --quiet --require-hashes -r /dev/stdin" in installs
    wanted = subprocess.check_output(reads, shell=True, cwd=PROJECT_ROOT, text=True)
    [(installer, hashes)] = PACKAGE.findall(wanted)
    assert installer.startswith("uv==") and "--hash=sha256:" in hashes
    assert (installer, hashes) in PACKAGE.findall(LOCK)
