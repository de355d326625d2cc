"""Names and ARNs that are known before their resource exists."""

from dataclasses import dataclass

_LONGEST_PREFIX = 40


@dataclass(frozen=True, slots=True)
class Names:
    """Where a stack lives, and how its resources are called; ``prefix`` is ``<project>-<stack>``."""

    prefix: str
    partition: str
    region: str
    account: str

    def __post_init__(self) -> None:
        if len(self.prefix) > _LONGEST_PREFIX:
            raise ValueError(f"Project and stack make {self.prefix!r}; keep it <= {_LONGEST_PREFIX} characters.")

    def of(self, name: str) -> str:
        """Return a resource's name."""
        return f"{self.prefix}-{name.replace('_', '-')}"

    def function_arn(self, name: str) -> str:
        """Return a function's ARN."""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.of(name)}"
