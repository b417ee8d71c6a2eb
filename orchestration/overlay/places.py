"""What stands in a company's own folder: each thing in its place, and what its name says."""

import os
from difflib import get_close_matches
from pathlib import Path

from orchestration.code_state import OWN, below, is_left_by_tools
from orchestration.overlay.errors import OwnFolderError

_FILES = {".csv", ".py", ".sql", ".yml"}


def require_places(own: Path) -> None:
    """Stop at what would be passed over though somebody put it there to be read.

    Raises:
        OwnFolderError: the folder is not there, has a thing nearly called as what is read, a folder
            in the place of a file or the reverse, one that may not be read, or a link to nothing or
            to a folder.
    """
    if not own.is_dir():
        raise OwnFolderError(f"CX_OWN is {own}, which is no folder; make it, or unset CX_OWN")
    for name in sorted(path.name for path in own.iterdir()):
        near = get_close_matches(name, OWN, n=1, cutoff=0.8)
        if name not in OWN and near:
            raise OwnFolderError(f"{own / name} is not read: call it {near[0]}")
    for name in OWN:
        for path in (own / name, *below(own / name, but=is_left_by_tools)):
            _require_what_it_is_called(path, is_top=path == own / name)


def _require_what_it_is_called(path: Path, *, is_top: bool) -> None:
    if path.is_symlink() and not path.exists():
        raise OwnFolderError(f"{path} is a link to {path.readlink()}, which is not there; mend it")
    if path.is_symlink() and path.is_dir() and not is_top:
        raise OwnFolderError(f"{path} is a link to a folder; put that folder itself there")
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        raise OwnFolderError(f"{path} may not be read by the user who runs cx; let them")
    if path.suffix in _FILES and path.is_dir():
        raise OwnFolderError(f"{path} is a folder; a file must stand there, or nothing")
    if is_top and not path.suffix and path.is_file():
        raise OwnFolderError(f"{path} is a file; a folder must stand there, or nothing")
