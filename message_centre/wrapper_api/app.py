"""Table of contents of the wrapper API: every route of it is served by one Lambda function, ``app.app``."""

from chalice.app import Chalice

from message_centre.wrapper_api.centre.entrypoints import problems
from message_centre.wrapper_api.centre.entrypoints.centre import centre
from message_centre.wrapper_api.centre.entrypoints.directory import directory
from message_centre.wrapper_api.centre.entrypoints.forward import forward
from message_centre.wrapper_api.centre.entrypoints.people import people
from message_centre.wrapper_api.centre.entrypoints.plans import plans
from message_centre.wrapper_api.centre.entrypoints.reading import reading
from message_centre.wrapper_api.centre.kernel import logs

__all__ = ["APIS", "app"]

_NAME = "message-centre"
logs.configure(_NAME)

app = Chalice(app_name=_NAME, configure_logs=False)
app.api.binary_types = []
app.register_middleware(problems.middleware, "http")
APIS = (people, directory, centre, plans, reading)
"""What the description of the API consists of; `forward` is described by the platform."""

for blueprint in (*APIS, forward):
    app.register_blueprint(blueprint)
