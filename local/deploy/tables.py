"""DynamoDB tables."""

from typing import Any

from local.deploy.resource import Context, DeploymentError, Inputs, Kind, Result, existing, pascal, physical_name


def _key_schema(inputs: Inputs) -> list[dict[str, str]]:
    if "keySchemas" in inputs:
        return [pascal(part) for part in inputs["keySchemas"]]
    keys = [{"AttributeName": inputs["hashKey"], "KeyType": "HASH"}]
    if "rangeKey" in inputs:
        keys.append({"AttributeName": inputs["rangeKey"], "KeyType": "RANGE"})
    return keys


def _index(inputs: Inputs) -> dict[str, Any]:
    projection: dict[str, Any] = {"ProjectionType": inputs["projectionType"]}
    if "nonKeyAttributes" in inputs:
        projection["NonKeyAttributes"] = inputs["nonKeyAttributes"]
    return {"IndexName": inputs["name"], "KeySchema": _key_schema(inputs), "Projection": projection}


def _table(context: Context, name: str, inputs: Inputs) -> Result:
    dynamodb = context.client("dynamodb")
    table = physical_name(inputs, name)
    wanted = _definition(inputs)
    answer = existing(dynamodb.describe_table, "ResourceNotFoundException", TableName=table)
    if answer is None:
        description = dynamodb.create_table(TableName=table, **wanted)["TableDescription"]
    else:
        description = _update(dynamodb, table, answer["Table"], wanted)
    _set_expiry(dynamodb, table, inputs)
    if "pointInTimeRecovery" in inputs:
        recovery = inputs["pointInTimeRecovery"]
        specification = {"PointInTimeRecoveryEnabled": recovery["enabled"]}
        if "recoveryPeriodInDays" in recovery:
            specification["RecoveryPeriodInDays"] = recovery["recoveryPeriodInDays"]
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=specification)
    return Result(
        table,
        {
            "name": table,
            "arn": description["TableArn"],
            "streamArn": description.get("LatestStreamArn", ""),
            "streamLabel": description.get("LatestStreamLabel", ""),
        },
    )


def _definition(inputs: Inputs) -> dict[str, Any]:
    """The table as CreateTable takes it."""
    wanted: dict[str, Any] = {
        "AttributeDefinitions": [
            {"AttributeName": attribute["name"], "AttributeType": attribute["type"]}
            for attribute in inputs["attributes"]
        ],
        "KeySchema": _key_schema(inputs),
        "BillingMode": inputs["billingMode"],
        "DeletionProtectionEnabled": inputs.get("deletionProtectionEnabled", False),
        "StreamSpecification": {"StreamEnabled": inputs.get("streamEnabled", False)},
    }
    if wanted["StreamSpecification"]["StreamEnabled"]:
        wanted["StreamSpecification"]["StreamViewType"] = inputs["streamViewType"]
    if "globalSecondaryIndexes" in inputs:
        wanted["GlobalSecondaryIndexes"] = [_index(index) for index in inputs["globalSecondaryIndexes"]]
    if "serverSideEncryption" in inputs:
        encryption = inputs["serverSideEncryption"]
        wanted["SSESpecification"] = {"Enabled": encryption["enabled"]}
        if "kmsKeyArn" in encryption:
            wanted["SSESpecification"] |= {"SSEType": "KMS", "KMSMasterKeyId": encryption["kmsKeyArn"]}
    return wanted


def _update(dynamodb: Any, table: str, found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Bring a kept table to the definition; its key cannot change."""
    if found["KeySchema"] != wanted["KeySchema"]:
        raise DeploymentError(f"the key of the kept table {table} differs from the program's; start with fresh state")
    changes: dict[str, Any] = {"DeletionProtectionEnabled": wanted["DeletionProtectionEnabled"]}
    if found.get("StreamSpecification", {"StreamEnabled": False}) != wanted["StreamSpecification"]:
        changes["StreamSpecification"] = wanted["StreamSpecification"]
    if "SSESpecification" in wanted:
        changes["SSESpecification"] = wanted["SSESpecification"]
    present = {index["IndexName"] for index in found.get("GlobalSecondaryIndexes", [])}
    indexes = {index["IndexName"]: index for index in wanted.get("GlobalSecondaryIndexes", [])}
    steps = [{"Create": index} for name, index in indexes.items() if name not in present]
    steps += [{"Delete": {"IndexName": name}} for name in sorted(present - indexes.keys())]
    description: dict[str, Any] = dynamodb.update_table(TableName=table, **changes)["TableDescription"]
    for step in steps:  # AWS takes one index change a call
        description = dynamodb.update_table(
            TableName=table,
            AttributeDefinitions=wanted["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[step],
        )["TableDescription"]
    return description


def _set_expiry(dynamodb: Any, table: str, inputs: Inputs) -> None:
    if "ttl" not in inputs:
        return
    wanted = inputs["ttl"]
    answer = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    on = answer.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    if on == wanted.get("enabled", True) and (not on or answer["AttributeName"] == wanted["attributeName"]):
        return  # AWS refuses a change to what is set already
    dynamodb.update_time_to_live(
        TableName=table,
        TimeToLiveSpecification={
            "AttributeName": wanted["attributeName"],
            "Enabled": wanted.get("enabled", True),
        },
    )


KINDS = {"aws:dynamodb/table:Table": Kind(_table, {"tags": "nothing here reads tags"})}
