"""KMS keys and aliases."""

from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, existing, physical_name


def _key(context: Context, name: str, inputs: Inputs) -> Result:
    kms = context.client("kms")
    # A key has no name of its own: this alias finds the one that an earlier run made.
    marker = f"alias/deployed/{name}"
    found = existing(kms.describe_key, "NotFoundException", KeyId=marker)
    usage, spec = inputs.get("keyUsage", "ENCRYPT_DECRYPT"), inputs.get("customerMasterKeySpec", "SYMMETRIC_DEFAULT")
    if found is None:
        arguments: dict[str, Any] = {"KeyUsage": usage, "KeySpec": spec}
        found = kms.create_key(Description=inputs.get("description", ""), **arguments)
        kms.create_alias(AliasName=marker, TargetKeyId=found["KeyMetadata"]["KeyId"])
    key_id, arn = found["KeyMetadata"]["KeyId"], found["KeyMetadata"]["Arn"]
    kms.update_key_description(KeyId=key_id, Description=inputs.get("description", ""))
    if "policy" in inputs:
        kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=inputs["policy"])
    if inputs.get("enableKeyRotation", False):
        kms.enable_key_rotation(KeyId=key_id)
    return Result(key_id, {"keyId": key_id, "arn": arn})


def _alias(context: Context, name: str, inputs: Inputs) -> Result:
    kms = context.client("kms")
    alias = physical_name(inputs, f"alias/{name}")
    target = inputs["targetKeyId"]
    if existing(kms.describe_key, "NotFoundException", KeyId=alias) is None:
        kms.create_alias(AliasName=alias, TargetKeyId=target)
    else:
        kms.update_alias(AliasName=alias, TargetKeyId=target)
    key_arn = kms.describe_key(KeyId=target)["KeyMetadata"]["Arn"]
    return Result(alias, {"name": alias, "arn": context.arn("kms", alias), "targetKeyArn": key_arn})


KINDS = {
    "aws:kms/key:Key": Kind(
        _key,
        {
            "deletionWindowInDays": "nothing is destroyed here",
            "rotationPeriodInDays": "a local key never grows old",
            "tags": "nothing here reads tags",
        },
    ),
    "aws:kms/alias:Alias": Kind(_alias),
}
