"""A stand-in for the AWS provider: what the engine asks of it by gRPC, answered from an `Account`.

It does what the engine relies on: names what the program left unnamed, says which changes replace a resource,
and creates, updates and deletes. What the true provider checks of each argument it does not check.
"""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from local.engine.naming import AUTONAMED, RANDOM_CHARACTERS, replacing

_THREADS = 16  # the engine works on that many resources at once
_LARGEST_MESSAGE = 400 * 1024 * 1024  # as the engine's own; the API's body is a large input
_OPTIONS = [("grpc.max_receive_message_length", _LARGEST_MESSAGE), ("grpc.max_send_message_length", _LARGEST_MESSAGE)]

Properties = dict[str, Any]


class Account(Protocol):
    """Where resources come to be. Names of properties are Pulumi's own, in camel case."""

    def create(self, kind: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, Properties]:
        """Make a resource and return its id and what AWS computes; an exception is a failed resource."""

    def update(self, kind: str, name: str, identity: str, inputs: Mapping[str, Any]) -> Properties:
        """Change a resource and return what AWS computes."""

    def delete(self, kind: str, name: str, identity: str) -> None:
        """Remove a resource."""

    def answer(self, token: str) -> Properties:
        """Return what a function of the provider answers, such as ``aws:index/getRegion:getRegion``."""


@contextmanager
def serving(account: Account) -> Iterator[int]:
    """Serve the provider on a free port of the loopback and yield the port."""
    with ThreadPoolExecutor(_THREADS, "provider") as executor:
        server = grpc.server(executor, options=_OPTIONS)
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(_StandIn(account), server)
        port = int(server.add_insecure_port("127.0.0.1:0"))
        server.start()
        try:
            yield port
        finally:
            server.stop(grace=None).wait()


class _StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """Method names are those of the protocol."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return plugin_pb2.PluginInfo(version="0.0.0")

    def CheckConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        del context
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802
        del context
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(_packed(self._account.answer(request.tok)))
        return answer

    def Check(self, request: Any, context: Any) -> Any:  # noqa: N802
        del context
        kind, name = _identity(request.urn)
        olds, news = _unpacked(request.olds), _unpacked(request.news)
        if kind not in AUTONAMED or AUTONAMED[kind].property in news:
            return provider_pb2.CheckResponse(inputs=request.news)
        where, longest = AUTONAMED[kind]
        kept = olds.get(where)
        news[where] = kept or f"{name}-{hashlib.sha256(request.randomSeed).hexdigest()[:RANDOM_CHARACTERS]}"
        failures = []
        if len(news[where]) > longest:
            reason = f"{news[where]} has {len(news[where])} characters, AWS takes {longest}"
            failures = [provider_pb2.CheckFailure(property=where, reason=reason)]
        return provider_pb2.CheckResponse(inputs=_packed(news), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802
        del context
        kind, _ = _identity(request.urn)
        olds, news = _unpacked(request.old_inputs), _unpacked(request.news)
        changed = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
        replaces = [key for key in changed if key in replacing(kind)]
        kinds = provider_pb2.DiffResponse
        return kinds(
            changes=kinds.DIFF_SOME if changed else kinds.DIFF_NONE,
            diffs=changed,
            replaces=replaces,
            # A new one cannot be made beside the old one when both have the same name.
            deleteBeforeReplace=bool(replaces) and kind in AUTONAMED and AUTONAMED[kind].property not in replaces,
        )

    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind, name = _identity(request.urn)
        inputs = _unpacked(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=request.properties)
        try:
            identity, outputs = self._account.create(kind, name, inputs)
        except Exception as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")
            raise  # abort has ended the call
        return provider_pb2.CreateResponse(id=identity, properties=_packed({**outputs, **inputs}))

    def Update(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind, name = _identity(request.urn)
        inputs = _unpacked(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=_packed({**_unpacked(request.olds), **inputs}))
        try:
            outputs = self._account.update(kind, name, request.id, inputs)
        except Exception as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")
            raise  # abort has ended the call
        return provider_pb2.UpdateResponse(properties=_packed({**outputs, **inputs}))

    def Read(self, request: Any, context: Any) -> Any:  # noqa: N802
        del context
        return provider_pb2.ReadResponse(id=request.id, properties=request.properties, inputs=request.inputs)

    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind, name = _identity(request.urn)
        try:
            self._account.delete(kind, name, request.id)
        except Exception as error:
            context.abort(grpc.StatusCode.UNKNOWN, f"{type(error).__name__}: {error}")
            raise  # abort has ended the call
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: N802
        del request, context
        return empty_pb2.Empty()


def _identity(urn: str) -> tuple[str, str]:
    """Return type and logical name of ``urn:pulumi:<stack>::<project>::<parents' types>$<type>::<name>``."""
    _, _, types, name = urn.split("::", 3)
    return types.rpartition("$")[2], name


def _unpacked(properties: struct_pb2.Struct) -> Properties:
    values: Properties = json_format.MessageToDict(properties)
    return values


def _packed(values: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(values), struct_pb2.Struct())
