"""What an administrator sets for everybody."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CentreSettings:
    """Settings of the Message Centre.

    Attributes:
        approval_from_recipients: from so many recipients on a second person has to approve; None: never.
        default_from_address, default_from_name: of new plans.
        default_time_zone: of people who chose none; None: that of the deployment.
    """

    approval_from_recipients: int | None = None
    default_from_address: str | None = None
    default_from_name: str | None = None
    default_time_zone: str | None = None


class SettingsStore(Protocol):
    """Keeps the settings."""

    def get(self) -> tuple[CentreSettings, int]:
        """Return the settings and their revision, 0 when they were never changed."""
        ...

    def put(self, settings: CentreSettings, revision: int) -> int:
        """Keep the settings in place of those at a revision; return theirs.

        Raises:
            StaleRevisionError: somebody else changed them in between.
        """
        ...
