"""The code of each node: what it is made by, so that one that another node has is no news to it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dbt.contracts.graph.manifest import Manifest

# When and where a project was parsed, whatever its code.
_PARSED = {"created_at", "root_path"}


def code_of_nodes(manifest: Manifest, common: str) -> dict[str, str]:
    """SHA-256 in hex of each node's code, by its name; `common` is that of the code of all.

    It covers what dbt knows of the node and the columns of what it reads, of sources those of all,
    since macros look them up; of a registry its file.
    """
    nodes, sources = manifest.flat_graph["nodes"], manifest.flat_graph["sources"]
    declared = [common, *(_text(sources[name]) for name in sorted(sources))]
    beginning = hashlib.sha256("\n".join(declared).encode())
    codes = {}
    for name, node in nodes.items():
        code = beginning.copy()
        for part in _parts(node, nodes):
            code.update(part)
        codes[name] = code.hexdigest()
    return codes


def _parts(node: Mapping[str, Any], nodes: Mapping[str, Any]) -> Iterator[bytes]:
    yield _text(node).encode()
    for parent in sorted(node.get("depends_on", {}).get("nodes", [])):
        yield _text(nodes.get(parent, {}).get("columns", {})).encode()
    if node["resource_type"] == "seed":  # dbt has no checksum of one that is longer than 1 MiB
        yield Path(node["root_path"], node["original_file_path"]).read_bytes()


def _text(known: Mapping[str, Any]) -> str:
    lasting = {name: value for name, value in known.items() if name not in _PARSED}
    return json.dumps(lasting, sort_keys=True, default=str)
