"""The platform as Pulumi resources: `pulumi up` deploys it, the local stack runs the same program."""

import pulumi
import pulumi_aws as aws

from infra.alarms import Alarms
from infra.analytics import Analytics
from infra.api import Api
from infra.config import read_config
from infra.daily import Daily
from infra.dashboard import Dashboard
from infra.dns import Dns
from infra.email import Email
from infra.event_bus import event_bus
from infra.event_sources import EventSources
from infra.event_stream import EventStream
from infra.functions import Functions
from infra.keys import Keys
from infra.names import Names
from infra.network import Network
from infra.outputs import export
from infra.package import build
from infra.probe import Probe
from infra.queues import dead_letter_queue
from infra.scheduling import Scheduling
from infra.storage import Storage
from infra.tables import Tables
from infra.tags import tag_everything
from infra.tracking import Tracking
from infra.uploads import Uploads
from infra.webhooks import Webhooks
from infra.wiring import Foundation
from infra.workflows import Workflows

config = read_config(pulumi.Config().get)
tag_everything(config.tags)
names = Names(
    prefix=f"{pulumi.get_project()}-{pulumi.get_stack()}",
    partition=aws.get_partition().partition,
    region=aws.get_region().region,
    account=aws.get_caller_identity().account_id,
)

keys = Keys(names, protect=config.protect_data)
email = Email(names, config, keys)
network = Network(names, config)
storage = Storage(names, config, keys)
events = event_bus(names)
base = Foundation(
    names=names,
    config=config,
    keys=keys,
    storage=storage,
    tables=Tables(names, config, keys),
    email=email,
    tracking=Tracking(names, keys, email.topic),
    stream=EventStream(names, config, keys, storage, email),
    scheduling=Scheduling(names, keys),
    network=network,
    analytics=Analytics(names, config, keys, network),
    api=Api(names, config, keys),
    uploads_dead=dead_letter_queue("uploads-dead", names, keys),
    stream_dead=dead_letter_queue("messages-stream-dead", names, keys),
    events=events,
    changes_dead=dead_letter_queue("changes-dead", names, keys),
    webhooks=Webhooks(names, keys, events),
)

archive = build("host" if config.package_platform == "host" else config.architecture)
functions = Functions(base, archive)
base.api.admit(functions.by_name, functions.aliases)
base.analytics.admit(functions.analysts())
workflows = Workflows(base, functions)
Uploads(base, functions, workflows)
EventSources(base, functions)
Daily(base, workflows, Probe(base, functions).rules)
alarms = Alarms(base, workflows)
Dashboard(base, workflows)
export(base, functions, workflows, alarms, Dns(names, config, email, base.api))
