"""What all tests share."""

import functools

import botocore.loaders
import botocore.session
from hypothesis import settings

# Each session reads the models of its services anew (PynamoDB has a session a table), which took a fifth of the time of
# the tests on moto. Models are only read, so one loader serves all sessions.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)

# A timing is no test: on a busy machine an example takes as long as it takes.
settings.register_profile("untimed", settings(), deadline=None)
settings.load_profile("untimed")
