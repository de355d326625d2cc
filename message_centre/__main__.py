"""The Message Centre as Pulumi resources; deployed apart from the platform, whose API's address it is told."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

import pulumi  # noqa: E402 - the root of the repository joins the path above
import pulumi_aws as aws  # noqa: E402

from message_centre.infra.alarms import Alarms  # noqa: E402
from message_centre.infra.api import Api  # noqa: E402
from message_centre.infra.config import read_config  # noqa: E402
from message_centre.infra.function import WrapperFunction  # noqa: E402
from message_centre.infra.names import Names  # noqa: E402
from message_centre.infra.package import build  # noqa: E402
from message_centre.infra.pages import Pages  # noqa: E402
from message_centre.infra.people import People  # noqa: E402
from message_centre.infra.platform import read_platform  # noqa: E402
from message_centre.infra.store import Store  # noqa: E402
from message_centre.infra.tags import tag_everything  # noqa: E402

config = read_config(pulumi.Config().get)
tag_everything(config.tags)
names = Names(
    prefix=f"{pulumi.get_project()}-{pulumi.get_stack()}",
    partition=aws.get_partition().partition,
    region=aws.get_region().region,
    account=aws.get_caller_identity().account_id,
)

platform = read_platform(config)
store = Store(names, config)
api = Api(names, config)
pages = Pages(names, config, api, platform)
people = People(names, config, store, pages.origin)
function = WrapperFunction(
    names, config, build(config.package_platform), store=store, people=people, platform=platform, origin=pages.origin
)
api.admit(function.function)
alarms = Alarms(names, config, function.function, api)

outputs = {
    "url": pages.origin,
    "api_url": api.url,
    "function_name": function.function.name,
    "platform_key_secret": store.platform_key.name,
    "client_secret_secret": store.client_secret.name,
    "user_pool_id": people.user_pool_id,
    "sign_in_callback": pulumi.Output.concat(pages.origin, "/api/v1/session/callback"),
    "table_names": {name: table.name for name, table in store.tables.items()},
    "distribution_domain": pages.distribution_domain,
    "alarm_topic_arn": alarms.topic.arn,
}
for output, value in outputs.items():
    pulumi.export(output, value)
