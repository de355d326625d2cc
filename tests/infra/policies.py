"""Every policy document of a graph, whatever resource carries it."""

import json
from collections.abc import Iterator

from tests.infra.program import Graph


def documents(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Yield the type and name of the resource that carries a policy, and the policy's text."""
    for resource in graph.resources:
        for value in resource.inputs.values():
            if isinstance(value, str) and value.startswith("{"):
                document = json.loads(value)
                if isinstance(document, dict) and "Statement" in document:
                    yield resource.type, resource.name, value
