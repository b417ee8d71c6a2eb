"""Folders of one run of the tests, gone at its end; what one worker made in them, all use."""

import atexit
import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

# Workers inherit it from the process that starts them, whose folder it is; a copy of the project
# that one of them breaks and tests has another.
_VARIABLE = f"CX_TESTS_FOLDER_OF_{Path(__file__).parent}"
if _VARIABLE not in os.environ:
    os.environ[_VARIABLE] = mkdtemp(prefix="cx-tests-")
    atexit.register(shutil.rmtree, os.environ[_VARIABLE], ignore_errors=True)
_FOLDER = Path(os.environ[_VARIABLE])


def own_folder(prefix: str) -> Path:
    """An empty folder of this process."""
    return Path(mkdtemp(prefix=f"{prefix}-", dir=_FOLDER))


def shared_folder(name: str, fill: Callable[[Path], None]) -> Path:
    """A folder that the first process to ask for it fills, while the others wait."""
    folder, filled = _FOLDER / name, _FOLDER / f"{name}.filled"
    with (_FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            folder.mkdir()
            fill(folder)
            filled.touch()
    return folder
