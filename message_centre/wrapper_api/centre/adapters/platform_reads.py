"""What the dashboard reads of the platform."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from message_centre.wrapper_api.centre.adapters.platform_api import PlatformApi
from message_centre.wrapper_api.centre.kernel.clock import rfc3339


class PlatformReads:
    """Implements `dashboard.PlatformNumbers`."""

    def __init__(self, platform: PlatformApi) -> None:
        self._platform = platform

    def account(self) -> Mapping[str, Any]:
        """Return what SES allows the account, and its reputation."""
        return self._platform.read(lambda client: client.get_account())

    def overview(self, since: datetime, until: datetime) -> Mapping[str, Any]:
        """Return the statistics of a time, day by day."""
        return self._platform.read(
            lambda client: client.get_overview(interval="day", from_=rfc3339(since), to=rfc3339(until))
        )

    def campaigns(self, states: tuple[str, ...], limit: int, sort: str) -> list[Mapping[str, Any]]:
        """Return the first campaigns in one of these states."""
        page = self._platform.read(
            lambda client: client.list_campaigns(state=list(states), limit=limit, sort=sort)  # type: ignore[arg-type]  # its literals
        )
        return list(page["items"])

    def statistics(self, campaign_id: str) -> Mapping[str, Any]:
        """Return the numbers of a campaign."""
        return self._platform.read(lambda client: client.get_campaign_statistics(campaign_id))

    def senders(self) -> list[Mapping[str, Any]]:
        """Return the domains that mail may be from."""
        return list(self._platform.read(lambda client: client.list_senders())["items"])
