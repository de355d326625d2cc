"""Names and ARNs that are known before their resource exists, so that resources may refer to each other in a circle."""

from dataclasses import dataclass

_LONGEST_PREFIX = 26  # a role's name has 64 characters: prefix, function (24), "-role-" and seven random ones


@dataclass(frozen=True, slots=True)
class Names:
    """Where a stack lives, and how its resources are called.

    Attributes:
        prefix: begins every name, ``<project>-<stack>``.
    """

    prefix: str
    partition: str
    region: str
    account: str

    def __post_init__(self) -> None:
        if len(self.prefix) > _LONGEST_PREFIX:
            raise ValueError(
                f"Project and stack make {self.prefix!r}; use a stack name that keeps it <= {_LONGEST_PREFIX}."
            )

    def of(self, name: str) -> str:
        """Return a resource's name: ``send_part`` becomes ``email-platform-dev-send-part``."""
        return f"{self.prefix}-{name.replace('_', '-')}"

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def function_arn(self, name: str, alias: str | None = None) -> str:
        """Return a function's ARN, or that of an alias of it."""
        return self.arn("lambda", ":".join(("function", self.of(name), *([alias] if alias else []))))

    def state_machine_arn(self, name: str) -> str:
        """Return a state machine's ARN."""
        return self.arn("states", f"stateMachine:{self.of(name)}")
