"""A copy of a home to go back to."""

import os
import shutil
from hashlib import sha256
from pathlib import Path

from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.warehouse import require_file

# What runs and previews make anew, and what landed, which may lie in another folder too.
_MADE_ANEW = ("landing", "logs", "preview", "project", "run.lock")


def begun_copy(settings: Settings, folder: Path) -> Path:
    """Where the copy is until it is whole: of each home one, beside the folder."""
    digest = sha256(os.fsencode(settings.home_dir)).hexdigest()
    return folder.with_name(f".begun-{digest[:12]}")


def back_up(settings: Settings, folder: Path) -> None:
    """Copy the warehouse, what is published and the history of runs, while no run is at work.

    The folder is there when it is whole.

    Raises:
        NoFile: the warehouse is a lake.
        WarehouseBusy: a run is at work.
        OSError: the folder is there already or lies in the home, or the disk is full.
    """
    require_file(settings)
    folder = folder.expanduser().resolve()
    home = settings.home_dir
    if folder.is_relative_to(home):
        raise OSError(f"{folder} lies in what is to be copied: choose another folder.")
    if folder.exists():
        raise OSError(f"{folder} is there already: choose another folder.")
    left_out = shutil.ignore_patterns(*_MADE_ANEW, settings.temp_dir.name)
    begun = begun_copy(settings, folder)
    with exclusive_run(settings):
        shutil.rmtree(begun, ignore_errors=True)  # of one that was killed
        try:
            shutil.copytree(home, begun, symlinks=True, ignore=left_out)
            begun.rename(folder)
        except shutil.Error as error:
            first, *_ = error.args[0]
            raise OSError(f"{first[0]}: {first[2]}") from None
        finally:
            shutil.rmtree(begun, ignore_errors=True)
