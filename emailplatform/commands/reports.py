"""``emailplatform report``: what became of a campaign."""

from collections.abc import Iterator
from typing import Annotated

import typer

from emailplatform import models
from emailplatform.commands.session import session_of


def report(
    context: typer.Context,
    campaign_id: str,
    *,
    links: Annotated[int, typer.Option(help="So many links, the most clicked first.")] = 5,
) -> None:
    """Show what became of a campaign: totals, rates, links, causes of bounces."""
    session = session_of(context)
    client = session.client
    statistics = client.get_campaign_statistics(campaign_id)
    clicked = client.get_campaign_links(campaign_id, limit=max(1, links))["links"][:links]
    bounces = client.get_campaign_bounces(campaign_id, limit=5)["bounces"]
    document = {"statistics": statistics, "links": clicked, "bounces": bounces}
    session.output.document(document, _rows(statistics, clicked, bounces))


def _rows(
    statistics: models.CampaignStatistics, links: list[models.LinkCount], bounces: list[models.BounceCause]
) -> Iterator[tuple[str, object]]:
    totals, rates = statistics["totals"], statistics["rates"]
    for name in ("planned", "accepted", "delivered", "bounced", "complained", "unsubscribed"):
        yield name, totals.get(name, 0)
    yield "opened", f"{totals['opened']:,}, {totals['human_opened']:,} of them by people"
    yield "clicked", f"{totals['clicked']:,}, {totals['human_clicked']:,} of them by people"
    for name, rate in rates.items():
        yield name, None if rate is None else f"{rate:.2%}"
    for link in links:
        yield f"{link['clicks']:,} clicks", link["url"]
    for cause in bounces:
        yield f"{cause['events']:,} bounces", f"{cause['bounce_type']}/{cause['bounce_subtype']}: {cause['diagnostic']}"
