"""Every problem type that a caller may meet, read off the classes, Chalice's own answers and the gateway's."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import chalicelib
from chalicelib.entrypoints import problems
from chalicelib.kernel.errors import DomainError
from infra.gateway_responses import gateway_responses


@dataclass(slots=True)
class ProblemType:
    """One problem type.

    Attributes:
        statuses: under which it is answered; none where each cause has its own.
        explanations: what the classes that answer it say of themselves, a paragraph each.
    """

    slug: str
    statuses: set[int] = field(default_factory=set)
    explanations: list[str] = field(default_factory=list)


def problem_types() -> dict[str, ProblemType]:
    """Return every problem type by its slug, sorted."""
    for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
        importlib.import_module(module.name)  # a class is known once its module is
    found: dict[str, ProblemType] = {}
    for kind in _refusals():
        one = found.setdefault(kind.problem, ProblemType(kind.problem))
        one.statuses.add(problems.status_of(kind).value)
        one.explanations.append(inspect.cleandoc(kind.__doc__ or "").partition("\n\nAttributes:")[0])
    for status, slug in problems.CHALICE_SLUGS.items():
        found.setdefault(slug, ProblemType(slug)).statuses.add(status.value)
    for response in gateway_responses("").values():
        slug = re.findall(r'"type": "([a-z-]+)"', response["responseTemplates"]["application/json"])[0]
        one = found.setdefault(slug, ProblemType(slug))
        if "statusCode" in response:
            one.statuses.add(int(response["statusCode"]))
    return dict(sorted(found.items()))


def _refusals(kind: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Walk every kind of refusal; tests may have made some of their own."""
    if kind.__module__.startswith("chalicelib."):
        yield kind
    for narrower in kind.__subclasses__():
        yield from _refusals(narrower)
