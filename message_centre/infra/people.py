"""Who may sign in: a Cognito user pool of the stack's own, or an issuer that there is already."""

import pulumi
from pulumi_aws import cognito, secretsmanager

from message_centre.infra.config import StackConfig
from message_centre.infra.names import Names
from message_centre.infra.store import Store

_ROLES = {
    "viewer": "Looks at everything",
    "author": "Also makes templates, files and plans, and asks for approval",
    "sender": "Also sends, schedules, pauses, cancels and approves",
    "admin": "Also manages API keys, webhooks and settings",
}


class People(pulumi.ComponentResource):
    """The issuer of identities.

    Attributes:
        issuer: as identity tokens name it.
        client_id: how it knows the Message Centre.
        user_pool_id, user_pool_arn: None where another issuer knows the people.
    """

    def __init__(
        self,
        names: Names,
        config: StackConfig,
        store: Store,
        origin: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("message-centre:infra:People", names.of("people"), None, opts)
        self.user_pool_id: pulumi.Output[str] | None = None
        self.user_pool_arn: pulumi.Output[str] | None = None
        self.issuer: pulumi.Input[str]
        self.client_id: pulumi.Input[str]
        if config.issuer is not None:
            self.issuer, self.client_id = config.issuer, str(config.issuer_client_id)
        else:
            self._pool(names, config, store, origin)
        self.register_outputs({})

    def _pool(self, names: Names, config: StackConfig, store: Store, origin: pulumi.Input[str]) -> None:
        child = pulumi.ResourceOptions(parent=self)
        pool = cognito.UserPool(
            names.of("people"),
            name=names.of("people"),
            username_attributes=["email"],
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            admin_create_user_config={"allow_admin_create_user_only": True},
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            mfa_configuration=config.mfa,
            software_token_mfa_configuration=None if config.mfa == "OFF" else {"enabled": True},
            password_policy={
                "minimum_length": 12,
                "require_lowercase": True,
                "require_uppercase": True,
                "require_numbers": True,
                "require_symbols": False,
                "temporary_password_validity_days": 3,
            },
            user_attribute_update_settings={"attributes_require_verification_before_updates": ["email"]},
            deletion_protection="ACTIVE" if config.protect_data else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self, protect=config.protect_data),
        )
        cognito.UserPoolDomain(
            names.of("sign-in"),
            domain=config.sign_in_prefix or f"{names.prefix}-{names.account}",
            user_pool_id=pool.id,
            opts=child,
        )
        client = cognito.UserPoolClient(
            names.of("wrapper"),
            name=names.of("wrapper"),
            user_pool_id=pool.id,
            generate_secret=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_scopes=["openid", "email", "profile"],
            supported_identity_providers=["COGNITO"],
            callback_urls=[pulumi.Output.concat(origin, "/api/v1/session/callback")],
            logout_urls=[pulumi.Output.concat(origin, "/")],
            explicit_auth_flows=["ALLOW_REFRESH_TOKEN_AUTH"],
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=5,
            id_token_validity=5,
            refresh_token_validity=30,
            token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"},
            opts=child,
        )
        for role, description in _ROLES.items():
            cognito.UserGroup(
                names.of(f"people-{role}"), name=role, description=description, user_pool_id=pool.id, opts=child
            )
        secretsmanager.SecretVersion(
            names.of("client-secret"),
            secret_id=store.client_secret.id,
            secret_string=client.client_secret,
            opts=child,
        )
        self.user_pool_id, self.user_pool_arn = pool.id, pool.arn
        self.client_id = client.id
        self.issuer = pulumi.Output.concat(f"https://cognito-idp.{names.region}.amazonaws.com/", pool.id)
