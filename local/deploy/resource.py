"""What a handler of a resource type gets and gives; nothing in here or in a handler knows Pulumi's runtime.

A handler creates the resource or, when it is there already, brings it to the wanted state: `(Context, logical name,
Inputs) -> Result`. Names of inputs and outputs are Pulumi's own for the type (camelCase).
"""

import functools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

_ADMINISTRATOR = "test"  # key and secret with which emulators know the account's root


class DeploymentError(Exception):
    """A resource could not be brought to its wanted state; the message names its type and logical name."""


class Result(NamedTuple):
    """The physical id, and the outputs that the AWS provider would compute (inputs are outputs anyway)."""

    id: str
    outputs: dict[str, Any]


class Resource(NamedTuple):
    """One resource as it was deployed; `outputs` hold its inputs too."""

    type: str
    name: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Inputs(Mapping[str, Any]):
    """A block of inputs that notes what was read, so that nothing a program asks for is dropped in silence.

    Nested blocks are read as `Inputs` (lists of blocks as lists of them); `plain` hands a value out whole.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {key: _wrap(value) for key, value in values.items() if value is not None}
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        value = self._values[key]
        self._read.add(key)
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._values  # asking is not reading

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def plain(self, key: str, default: Any = None) -> Any:
        """The value with everything below it, all of it counted as read."""
        return unwrap(self[key]) if key in self._values else default

    def unread(self) -> Iterator[str]:
        """The dotted paths that nothing has read; list positions are left out."""
        for key, value in self._values.items():
            if key not in self._read:
                yield key
                continue
            for block in value if isinstance(value, list) else [value]:
                if isinstance(block, Inputs):
                    yield from (f"{key}.{path}" for path in block.unread())


def _wrap(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Inputs(value)
    if isinstance(value, list | tuple):
        return [_wrap(item) for item in value]
    return value


def unwrap(value: Any) -> Any:
    """Plain dictionaries and lists in place of `Inputs`; everything inside counts as read."""
    if isinstance(value, Inputs):
        return {key: unwrap(value[key]) for key in value}
    if isinstance(value, list):
        return [unwrap(item) for item in value]
    return value


@dataclass(frozen=True)
class Context:
    """The account that is deployed to.

    Attributes:
        endpoint: URL that answers for every AWS service.
        function_environment: added to each Lambda function's environment; wins over the program's own.
    """

    endpoint: str
    region: str
    function_environment: Mapping[str, str] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        """A boto3 client with the administrator's rights, made once a service and endpoint."""
        with _client_lock:
            return _client(service, self.endpoint, self.region)

    @property
    def account(self) -> str:
        """The account's number, as the endpoint itself gives it."""
        with _client_lock:
            return _account(self.endpoint, self.region)

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


_client_lock = threading.Lock()  # making a client is not thread-safe, using one is


@functools.cache
def _client(service: str, endpoint: str, region: str) -> Any:
    make: Any = boto3.client  # its stubs know a service by a literal name only
    return make(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=_ADMINISTRATOR,
        aws_secret_access_key=_ADMINISTRATOR,
        config=Config(s3={"addressing_style": "path"}),
    )


@functools.cache
def _account(endpoint: str, region: str) -> str:
    return str(_client("sts", endpoint, region).get_caller_identity()["Account"])


@dataclass(frozen=True)
class Kind:
    """One resource type: how it is made, and which inputs are knowingly left without effect.

    Attributes:
        handler: creates or updates.
        ignored: input path (`block.key`; a block's own path covers all of it) -> why it has no effect here.
    """

    handler: Callable[[Context, str, Inputs], Result]
    ignored: Mapping[str, str] = field(default_factory=dict)

    def ignores(self, path: str) -> bool:
        """Whether this input, or a block around it, is knowingly left without effect."""
        return any(path == known or path.startswith(f"{known}.") for known in self.ignored)


def existing(call: Callable[..., Any], *codes: str, **arguments: Any) -> Any | None:
    """The call's answer, or None when AWS answers one of the error codes (meaning "there is none")."""
    try:
        return call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in codes:
            return None
        raise


def created(call: Callable[..., Any], *codes: str, **arguments: Any) -> bool:
    """Whether the call made it; False when AWS answers one of the error codes (meaning "it exists")."""
    return existing(call, *codes, **arguments) is not None


def pascal(value: Any, renamed: Mapping[str, str] | None = None) -> Any:
    """Pulumi's camelCase keys as the AWS API's PascalCase, all the way down.

    Args:
        value: a block, a list or anything else, which stays as it is.
        renamed: for keys whose AWS spelling differs by more than the first letter.

    The SDK checks its parameters, so an unknown key is an error there and not lost.
    """
    names = renamed or {}
    if isinstance(value, Mapping):
        return {names.get(key, key[:1].upper() + key[1:]): pascal(value[key], names) for key in value}
    if isinstance(value, list):
        return [pascal(item, names) for item in value]
    return value


def physical_name(inputs: Inputs, logical: str, key: str = "name") -> str:
    """The explicit name, or else the logical one: AWS's provider adds a random suffix, here it stays predictable."""
    return str(inputs.get(key, logical))
