"""The bus on which other programs are told what happened; they add rules of their own to it."""

from pulumi_aws import cloudwatch

from infra.names import Names


def event_bus(names: Names) -> cloudwatch.EventBus:
    """Make the bus."""
    return cloudwatch.EventBus(
        names.of("events"),
        name=names.of("events"),
        description="Campaigns, messages and suppressions that changed: docs/events.md",
    )
