"""SES v2 configuration sets and identities.

The emulator keeps them; mails themselves go to the project's own local SES.
"""

from typing import Any

from local.deploy.resource import Context, Inputs, Kind, Result, created, existing, pascal, physical_name

_OPTION_CALLS = {
    "deliveryOptions": "put_configuration_set_delivery_options",
    "reputationOptions": "put_configuration_set_reputation_options",
    "sendingOptions": "put_configuration_set_sending_options",
    "suppressionOptions": "put_configuration_set_suppression_options",
    "trackingOptions": "put_configuration_set_tracking_options",
    "vdmOptions": "put_configuration_set_vdm_options",
}


def _configuration_set(context: Context, name: str, inputs: Inputs) -> Result:
    ses = context.client("sesv2")
    configuration_set = physical_name(inputs, name, "configurationSetName")
    created(ses.create_configuration_set, "AlreadyExistsException", ConfigurationSetName=configuration_set)
    for block, call in _OPTION_CALLS.items():
        if block in inputs:
            options = pascal(inputs[block])
            if block == "vdmOptions":
                options = {"VdmOptions": options}
            getattr(ses, call)(ConfigurationSetName=configuration_set, **options)
    arn = context.arn("ses", f"configuration-set/{configuration_set}")
    return Result(configuration_set, {"configurationSetName": configuration_set, "arn": arn})


def _event_destination(context: Context, _name: str, inputs: Inputs) -> Result:
    ses = context.client("sesv2")
    wanted: dict[str, Any] = {
        "ConfigurationSetName": inputs["configurationSetName"],
        "EventDestinationName": inputs["eventDestinationName"],
        "EventDestination": pascal(inputs["eventDestination"]),
    }
    if not created(ses.create_configuration_set_event_destination, "AlreadyExistsException", **wanted):
        ses.update_configuration_set_event_destination(**wanted)
    return Result(f"{wanted['ConfigurationSetName']}|{wanted['EventDestinationName']}", {})


def _identity(context: Context, _name: str, inputs: Inputs) -> Result:
    ses = context.client("sesv2")
    identity = inputs["emailIdentity"]
    arguments = pascal({key: inputs[key] for key in ("configurationSetName",) if key in inputs})
    existing(ses.delete_email_identity, "NotFoundException", EmailIdentity=identity)  # no update in the emulator
    ses.create_email_identity(EmailIdentity=identity, **arguments)
    found = ses.get_email_identity(EmailIdentity=identity)
    signing = found.get("DkimAttributes", {})
    return Result(
        identity,
        {
            "arn": context.arn("ses", f"identity/{identity}"),
            "identityType": found["IdentityType"],
            "verifiedForSendingStatus": found.get("VerifiedForSendingStatus", True),
            "dkimSigningAttributes": {
                "tokens": signing.get("Tokens", []),
                "status": signing.get("Status", "SUCCESS"),
            },
        },
    )


def _mail_from(_context: Context, _name: str, inputs: Inputs) -> Result:
    return Result(inputs["emailIdentity"], {})


_TAGS = {"tags": "nothing here reads tags"}

KINDS = {
    "aws:sesv2/configurationSet:ConfigurationSet": Kind(_configuration_set, _TAGS),
    "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": Kind(_event_destination),
    "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": Kind(
        _mail_from,
        {
            "mailFromDomain": "no mail leaves this machine, so none bounces to a domain",
            "behaviorOnMxFailure": "as mailFromDomain",
        },
    ),
    "aws:sesv2/emailIdentity:EmailIdentity": Kind(
        _identity, _TAGS | {"dkimSigningAttributes": "nothing is signed on this machine"}
    ),
}
