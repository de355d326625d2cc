"""Items read by the attributes of their model, without making a model of each.

PynamoDB spends most of the time of a long list on making models: on defaults, and on attributes that nobody asks for.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.models import Model


def item_of_image(model: type[Model], image: Mapping[str, Mapping[str, Any]]) -> SimpleNamespace:
    """Read an item as DynamoDB writes it; what is not there has the default of its attribute, else None."""
    values = {}
    for name, stored, kind, deserialize, default in _attributes(model):
        value = image.get(stored)
        if value is not None and kind in value:
            values[name] = deserialize(value[kind])
        else:
            values[name] = default() if callable(default) else default
    return SimpleNamespace(**values)


@cache
def _attributes(model: type[Model]) -> list[tuple[str, str, str, Callable[[Any], Any], Any]]:
    found: Mapping[str, Attribute[Any]] = model.get_attributes()
    return [(name, one.attr_name, one.attr_type, one.deserialize, one.default) for name, one in found.items()]
