"""The Message Centre beside a running local stack of the platform: deployed by its own Pulumi program, then served."""

import json
import runpy
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from local.deploy.program import Deployment, deploy
from local.emulator import Emulator
from local.stack import LocalStack, kept_port
from message_centre.infra.response_headers import headers
from message_centre.local.kinds import KINDS
from message_centre.local.server import CentreServer

PROGRAM: Final = Path(__file__).parents[1] / "__main__.py"
ROLES: Final = ("viewer", "author", "sender", "admin")
_SCOPES: Final = ["read", "write", "send", "keys", "admin"]
_HOST: Final = "127.0.0.1"
_PASSWORD_CHARACTERS: Final = string.ascii_letters + string.digits
_KEY_NAME: Final = "message-centre"


@dataclass(frozen=True, slots=True)
class LocalPerson:
    """Somebody who can sign in on this machine."""

    address: str
    password: str
    role: str


def origin(folder: Path) -> str:
    """Return where the Message Centre will be found; the same folder keeps its port while that is free."""
    return f"http://{_HOST}:{kept_port(folder / 'centre-port')}"


class LocalCentre:
    """The Message Centre, as a context manager.

    Args:
        stack: the platform, running; its buckets must take uploads from `origin`.
        url: what `origin` returned for the stack's folder.
    """

    def __init__(self, stack: LocalStack, url: str) -> None:
        self._stack = stack
        self.url = url
        self.people: tuple[LocalPerson, ...] = ()
        self._server: CentreServer | None = None
        self._deployment: Deployment | None = None

    @property
    def emulator(self) -> Emulator:
        """Where it runs."""
        return self._stack.emulator

    @property
    def inbox_url(self) -> str:
        """Where the mails are read that it sends."""
        return self._stack.inbox_url

    @property
    def outputs(self) -> dict[str, Any]:
        """What the Pulumi program exports."""
        assert self._deployment is not None
        return self._deployment.outputs

    def __enter__(self) -> Self:
        emulator = self._stack.emulator
        self._deployment = deploy(
            emulator.endpoint,
            {
                "platformUrl": self._stack.api_url,
                "uploadOrigins": json.dumps([emulator.endpoint]),
                "origin": self.url,
                "issuerName": "this machine",
                "package": "host",
                "protectData": "false",
                "defaultTimeZone": "Europe/Berlin",
            },
            project="message-centre",
            program=_run_program,
            kinds=KINDS,
        )
        self._let_in()
        self.people = self._seed()
        self._server = CentreServer(
            int(self.url.rpartition(":")[2]),
            self.outputs["api_url"],
            headers([emulator.endpoint], secure=False),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.stop()

    def _let_in(self) -> None:
        """Give the wrapper a key of the platform, and tell it where Cognito describes itself here.

        The emulator names pools as AWS does, but answers for them itself.
        """
        emulator = self._stack.emulator
        secret = self.outputs["platform_key_secret"]
        vault = emulator.client("secretsmanager")
        if not vault.get_secret_value(SecretId=secret).get("SecretString"):
            key = self._stack.issue_api_key(_KEY_NAME, _SCOPES)
            vault.put_secret_value(SecretId=secret, SecretString=key)
        functions, name = emulator.client("lambda"), self.outputs["function_name"]
        variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        discovery = f"{emulator.endpoint}/{self.outputs['user_pool_id']}/.well-known/openid-configuration"
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, "OIDC_DISCOVERY": discovery}}
        )

    def _seed(self) -> tuple[LocalPerson, ...]:
        """Have one person of each role, all with the password that this folder keeps."""
        file = self._stack.options.folder / "centre-password"
        if not file.exists():
            random = "".join(secrets.choice(_PASSWORD_CHARACTERS) for _ in range(16))
            file.write_text(f"Aa1{random}")
            file.chmod(0o600)
        password = file.read_text()
        cognito, pool = self._stack.emulator.client("cognito-idp"), self.outputs["user_pool_id"]
        known = {
            attribute["Value"]
            for user in cognito.list_users(UserPoolId=pool)["Users"]
            for attribute in user["Attributes"]
            if attribute["Name"] == "email"
        }
        people = tuple(LocalPerson(f"{role}@example.com", password, role) for role in ROLES)
        for person in people:
            if person.address not in known:
                cognito.admin_create_user(
                    UserPoolId=pool,
                    Username=person.address,
                    MessageAction="SUPPRESS",
                    UserAttributes=[
                        {"Name": "email", "Value": person.address},
                        {"Name": "email_verified", "Value": "true"},
                        {"Name": "name", "Value": person.role.title()},
                    ],
                )
            cognito.admin_set_user_password(
                UserPoolId=pool, Username=person.address, Password=person.password, Permanent=True
            )
            cognito.admin_add_user_to_group(UserPoolId=pool, Username=person.address, GroupName=person.role)
        return people


def _run_program() -> None:
    runpy.run_path(str(PROGRAM), run_name="__main__")


def lines(centre: LocalCentre) -> list[str]:
    """Return what a person needs to know to use it."""
    width = max(len(person.address) for person in centre.people)
    people = [f"{person.address:<{width}}  {person.password}" for person in centre.people]
    return [f"centre   {centre.url}", *(f"  sign in as  {line}" for line in people)]
