"""What `pulumi stack output` shows: all that an operator or the local stack needs to find its way."""

import pulumi

from infra.alarms import Alarms
from infra.chalice_manifest import ROUTE_FUNCTIONS
from infra.dns import Dns
from infra.functions import Functions
from infra.wiring import Foundation
from infra.workflows import Workflows


def export(base: Foundation, functions: Functions, workflows: Workflows, alarms: Alarms, dns: Dns) -> None:
    """Export the stack's outputs."""
    storage = base.storage
    outputs = {
        "region": base.names.region,
        "api_url": base.api.url,
        **({"signed_api_url": base.api.signed.stage.invoke_url} if base.api.signed else {}),
        "api_version": functions.by_name["api"].version,
        "api_environment": functions.environments["api"],
        "route_environments": {name: functions.environments[name] for name in ROUTE_FUNCTIONS.values()},
        "api_role_arn": functions.roles["api"],
        "function_names": {name: function.name for name, function in functions.by_name.items()},
        "state_machine_arns": {name: machine.arn for name, machine in workflows.by_name.items()},
        "table_names": {name: table.name for name, table in base.tables.by_name.items()},
        "bucket_names": {
            "templates": storage.templates.bucket,
            "recipients": storage.recipients.bucket,
            "events": storage.events.bucket,
        },
        "configuration_set": base.email.configuration_set.configuration_set_name,
        "dns_records": dns.printed(),
        "event_delivery": base.config.event_delivery,
        "ses_topic_arn": base.email.topic.arn,
        "ses_stream_arn": base.stream.stream.arn,
        "ses_stream_publisher_arn": base.stream.publisher.arn,
        "ses_events_queue_url": base.tracking.queue.url,
        "ses_events_queue_arn": base.tracking.queue.arn,
        "ses_events_dead_letters_arn": base.tracking.dead_letters.arn,
        "event_objects_queue_arn": base.stream.queue.arn,
        "event_objects_dead_letters_arn": base.stream.dead_letters.arn,
        "dead_letter_queue_urls": {name: queue.url for name, queue in base.dead_letters.items()},
        "event_bus_name": base.events.name,
        "event_bus_arn": base.events.arn,
        "schedule_group": base.scheduling.group.name,
        "alarm_topic_arn": alarms.topic.arn,
    }
    for name, value in outputs.items():
        pulumi.export(name, value)
