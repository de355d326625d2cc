"""The Pulumi program, made real on an AWS endpoint: each resource it declares becomes calls of the AWS API."""

from local.deploy.program import Deployment, deploy
from local.deploy.resource import DeploymentError, Resource

__all__ = ["Deployment", "DeploymentError", "Resource", "deploy"]
