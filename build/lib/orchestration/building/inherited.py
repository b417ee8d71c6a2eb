"""What the landing contract says of a column holds in staging too: it is written once."""

from collections.abc import Iterator
from typing import Any

from orchestration.contract import RAW_PREFIX

Node = dict[str, Any]


def describe_staging(manifest: dict[str, Any]) -> None:
    """Describe columns of staging models as the contract does that they stand on.

    A model says itself what it adds, and what means something else than in its source.
    """
    nodes: dict[str, Node] = manifest["nodes"] | manifest["sources"]
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and _folder(node)[0] == "staging":
            node["columns"] = _columns(nodes, node)


def _columns(nodes: dict[str, Node], node: Node) -> dict[str, Node]:
    """Columns of a source; of a model its own, and those of what it stands on."""
    own: dict[str, Node] = node["columns"]
    inherited: dict[str, Node] = {}
    for above in _stands_on(nodes, node):
        inherited |= _columns(nodes, above)
    described = {name: column for name, column in own.items() if column["description"]}
    return own | inherited | described


def _stands_on(nodes: dict[str, Node], node: Node) -> Iterator[Node]:
    """The sources of the contract and the models in its own folder that a model reads."""
    for parent in node.get("depends_on", {}).get("nodes", []):
        above = nodes[parent]
        is_contract = above.get("source_name", RAW_PREFIX).startswith(RAW_PREFIX)
        if is_contract and _folder(above) == _folder(node):
            yield above


def _folder(node: Node) -> list[str]:
    """Layer, and folder within it: `staging`, `survey`."""
    return list(node["fqn"][1:3])
