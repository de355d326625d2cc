"""Where the Email Platform is: from the outputs of its stack, or as configured."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from message_centre.infra.config import StackConfig


@dataclass(frozen=True, slots=True)
class PlatformPlace:
    """Address of the platform's API, and the origins that browsers upload to."""

    url: pulumi.Input[str]
    upload_origins: pulumi.Input[list[str]]


def read_platform(config: StackConfig) -> PlatformPlace:
    """Return where the platform is."""
    if config.platform_url is not None:
        return PlatformPlace(config.platform_url, list(config.upload_origins))
    reference = pulumi.StackReference(str(config.platform_stack))
    origins = pulumi.Output.all(reference.require_output("bucket_names"), reference.require_output("region")).apply(
        lambda known: bucket_origins(known[0], known[1])
    )
    return PlatformPlace(reference.require_output("api_url"), origins)


def bucket_origins(buckets: Mapping[str, str], region: str) -> list[str]:
    """Return under which origins the buckets that take uploads may be addressed."""
    taking = [buckets["templates"], buckets["recipients"]]
    suffixes = ("s3.amazonaws.com", f"s3.{region}.amazonaws.com")
    return [f"https://{bucket}.{suffix}" for bucket in taking for suffix in suffixes]
