"""What all tests share."""

import functools

import botocore.loaders
import botocore.session

# Each session reads the models of its services anew (PynamoDB has a session a table), which took a fifth of the time of
# the tests on moto. Models are only read, so one loader serves all sessions.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)
