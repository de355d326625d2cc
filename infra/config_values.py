"""Kinds of values that the configuration of a stack has, and how they are read from text."""

import json
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

DomainName = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]


def _network(text: str) -> str:
    return str(ip_network(text))


NetworkText = Annotated[str, AfterValidator(_network)]


class ConfigPart(BaseModel):
    """A part of the configuration; each field is a key in camel case."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


def from_json(value: Any) -> Any:
    """Read a list or an object."""
    return json.loads(value) if isinstance(value, str) else value


def number(value: Any) -> Any:
    """Read a whole number where a type does not do so by itself."""
    return int(value) if isinstance(value, str) and value.isdigit() else value
