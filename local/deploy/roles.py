"""IAM roles and policies."""

import json
import re

from local.deploy.resource import Context, Inputs, Kind, Result, created, existing, physical_name


def _role(context: Context, name: str, inputs: Inputs) -> Result:
    iam = context.client("iam")
    role = physical_name(inputs, name)
    trust = inputs["assumeRolePolicy"]
    if not created(
        iam.create_role,
        "EntityAlreadyExists",
        RoleName=role,
        Path=inputs.get("path", "/"),
        AssumeRolePolicyDocument=trust,
        Description=inputs.get("description", ""),
    ):
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=trust)
    for arn in inputs.get("managedPolicyArns", []):
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for policy in inputs.get("inlinePolicies", []):
        iam.put_role_policy(RoleName=role, PolicyName=policy["name"], PolicyDocument=policy["policy"])
    found = iam.get_role(RoleName=role)["Role"]
    return Result(role, {"name": role, "arn": found["Arn"], "uniqueId": found["RoleId"]})


def _on_emulated_schedules(document: str) -> str:
    """Let a policy on the schedules of a group hold here: the emulator checks every schedule as one of ``default``."""
    policy = json.loads(document)
    for statement in policy["Statement"]:
        named = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        groups = [arn for arn in named if re.fullmatch(r"arn:[^:]+:scheduler:[^:]+:[^:]+:schedule/[^/]+/\*", arn)]
        if groups:
            statement["Resource"] = named + [re.sub(r"schedule/[^/]+/", "schedule/default/", arn) for arn in groups]
    return json.dumps(policy)


def _role_policy(context: Context, name: str, inputs: Inputs) -> Result:
    policy, role = physical_name(inputs, name), inputs["role"]
    context.client("iam").put_role_policy(
        RoleName=role, PolicyName=policy, PolicyDocument=_on_emulated_schedules(inputs["policy"])
    )
    return Result(f"{role}:{policy}", {"name": policy})


def _attachment(context: Context, _name: str, inputs: Inputs) -> Result:
    role, policy = inputs["role"], inputs["policyArn"]
    context.client("iam").attach_role_policy(RoleName=role, PolicyArn=policy)
    return Result(f"{role}/{policy}", {})


def _policy(context: Context, name: str, inputs: Inputs) -> Result:
    iam = context.client("iam")
    policy, path = physical_name(inputs, name), inputs.get("path", "/")
    arn = f"arn:aws:iam::{context.account}:policy{path}{policy}"
    document = inputs["policy"]
    if existing(iam.get_policy, "NoSuchEntity", PolicyArn=arn) is None:
        iam.create_policy(
            PolicyName=policy,
            Path=path,
            PolicyDocument=document,
            Description=inputs.get("description", ""),
        )
    else:
        for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:  # AWS keeps at most five
                iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document, SetAsDefault=True)
    return Result(arn, {"name": policy, "arn": arn})


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:iam/role:Role": Kind(
        _role,
        _TAGS
        | {
            "forceDetachPolicies": "nothing is destroyed here",
            "maxSessionDuration": "local sessions last as long as the worker",
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Kind(_role_policy),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Kind(_attachment),
    "aws:iam/policy:Policy": Kind(_policy, _TAGS),
}
