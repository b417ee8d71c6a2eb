"""Owners that a company names: of something that there is, and as Dagster can show them."""

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path

from orchestration.overlay.errors import OwnFolderError
from orchestration.owners import BESIDE_FOLDERS

_AS_DAGSTER = re.compile(r"team:[\w.-]+|[\w.%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,7}", re.ASCII)


def require_owners(file: Path, owners: Mapping[object, object], folders: Collection[str]) -> None:
    """Stop at an owner of what is not there, or one who is no team and has no address.

    Args:
        file: where they are named.
        owners: who answers for what, as the setting has it.
        folders: of models: sources, topics of marts, layers.

    Raises:
        OwnFolderError: one is wrong; the message says what would do.
    """
    known = sorted({*BESIDE_FOLDERS, *folders})
    for name, owner in owners.items():
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            asked = f"is it {near[0]}?" if near else f"there are {', '.join(known)}"
            raise OwnFolderError(f"{file}: owners has {name}, which is no part of it: {asked}")
        if not _AS_DAGSTER.fullmatch(str(owner)):
            raise OwnFolderError(
                f"{file}: the owner of {name} must be written as name@example.com or"
                f" team:helpdesk; it is {owner!r}"
            )
