"""A campaign and everything that its pre-flight needs, over fakes, as its tests use it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.campaigns.model import Campaign, CampaignState, Sender
from chalicelib.campaigns.orders import CampaignOrders
from chalicelib.preflight.completion import PreflightCompletion
from chalicelib.preflight.model import Finding, FindingCode, Identity, Preflight, Severity
from chalicelib.preflight.parts import PartCheck
from chalicelib.preflight.proofs import Proof, ProofDelivery
from chalicelib.preflight.service import PreflightService, ShownPreflight
from chalicelib.preflight.trying import CampaignTestMails, TemplateTestMails, WantedTest
from chalicelib.preflight.unlinked import FixedLink
from chalicelib.recipients.model import (
    Compression,
    Encoding,
    Findings,
    Recipient,
    RecipientFile,
    RecipientFileStatus,
    RowAccount,
)
from chalicelib.recipients.samples import SampleRecipients
from chalicelib.sending.compose import composer
from chalicelib.sending.limits import SendLimits
from chalicelib.sending.model import Quota, RenderedMail, SendOrder
from chalicelib.sending.open_group import Render
from chalicelib.suppressions.model import Suppression, SuppressionReason, SuppressionScope
from chalicelib.templates.model import TemplateSources, TemplateStatus, TemplateVersion
from chalicelib.templates.rendering import RenderError, compile_content
from tests.fakes.campaigns import FakeCampaigns
from tests.fakes.preflight import (
    FakeIdentities,
    FakeParts,
    FakePreflights,
    FakePreflightWorkflows,
    FakeResults,
    OneTemplate,
    ScriptedGovernor,
    StoredCampaigns,
)
from tests.fakes.recipients import FakeRecipientFiles
from tests.fakes.sending import FakeGovernor, FakePace, FakeTransport, InlineExecutor
from tests.fakes.suppressions import FakeSuppressions
from tests.fakes.tracking import FixedClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CAMPAIGN = "cmp_01k9xq8z0v5w3r7t2y4n6m8p0s"
LINK = "https://mail.example/u/not-a-message"
HTML = '<p>Hi {{ name }}</p><a href="{{ unsubscribe_url }}">Unsubscribe</a>'
TEXT = "Hi {{ name }}, unsubscribe: {{ unsubscribe_url }}"
VERIFIED = Identity("shop.example", verified=True, dkim_status="SUCCESS", dkim_signing=True)


def people(*names: str) -> list[Recipient]:
    """Recipients by their names."""
    return [Recipient(f"{name.lower()}@example.org", {"name": name}) for name in names]


class Stage:
    """A draft with a ready template and a ready file."""

    def __init__(
        self,
        *parts: Sequence[Recipient],
        subject: str = "News",
        html: str = HTML,
        text: str = TEXT,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = FixedClock(NOON)
        self.pace = FakePace(self.clock)
        self.campaigns = FakeCampaigns()
        self.preflights = FakePreflights()
        self.results = FakeResults()
        self.workflows = FakePreflightWorkflows()
        self.files = FakeRecipientFiles()
        self.parts = FakeParts(*(parts or [people("Anna", "Bob")]))
        self.suppressions = FakeSuppressions()
        self.identities = FakeIdentities(VERIFIED)
        self.quota = Quota(100.0)
        self.limits = SendLimits()
        self.governor: FakeGovernor | ScriptedGovernor = FakeGovernor(self.clock)
        self.transport = FakeTransport()
        content = compile_content(subject, html, text)
        version = TemplateVersion(
            "tpl_1",
            1,
            TemplateStatus.READY,
            subject,
            "uploads/tpl_1/1",
            NOON,
            variables=content.variables,
            required=tuple(name for name in content.required if name not in {"email", "unsubscribe_url"}),
        )
        self.templates = OneTemplate(version, TemplateSources(subject, html, text))
        accepted = sum(map(len, self.parts.items))
        findings = Findings(
            Encoding.UTF_8,
            Compression.NONE,
            ",",
            header=True,
            address_column="E-Mail",
            columns=columns or {"E-Mail": "email", "Name": "name"},
        )
        self.files.add(
            RecipientFile(
                "rcf_1",
                "List",
                RecipientFileStatus.READY,
                "uploads/rcf_1",
                NOON,
                account=RowAccount(rows=accepted, accepted=accepted),
                findings=findings,
                parts=len(self.parts.items),
            )
        )
        self.campaigns.add(
            Campaign(CAMPAIGN, "May", CampaignState.DRAFT, "tpl_1", 1, "rcf_1", Sender("news@shop.example"), NOON)
        )
        self.service = PreflightService(
            preflights=self.preflights,
            results=self.results,
            campaigns=StoredCampaigns(self.campaigns),
            templates=self.templates,
            files=self.files,
            workflows=self.workflows,
            clock=self.clock,
        )

    @property
    def campaign(self) -> Campaign:
        return self.campaigns.items[CAMPAIGN]

    def change_campaign(self, **changes: object) -> None:
        """Store the campaign changed, as whoever changes it does."""
        self.campaigns.save(replace(self.campaign, **changes))  # type: ignore[arg-type]  # names are the campaign's own

    def suppress(self, address: str, reason: SuppressionReason = SuppressionReason.BOUNCE) -> None:
        scope = SuppressionScope.ALL if reason is SuppressionReason.BOUNCE else SuppressionScope.left(None)
        self.suppressions.put(Suppression(address, scope, reason, "test", NOON))

    def start(self, tolerated_failures: int = 0) -> int:
        """Start a pre-flight; return its run."""
        return self.service.start(CAMPAIGN, tolerated_failures=tolerated_failures).preflight.run

    def check_part(self, run: int, part: int) -> int:
        """Do what one invocation does."""
        return PartCheck(
            preflights=self.preflights,
            results=self.results,
            campaigns=StoredCampaigns(self.campaigns),
            templates=self.templates,
            files=self.files,
            parts=self.parts,
            suppressions=self.suppressions,
            orders=self._orders(),
            renderer=self._renderer,
            unsubscribe_link=LINK,
            pace=self.pace,
            clock=self.clock,
        ).check_part(CAMPAIGN, run, part)

    def finish(self, run: int) -> Preflight | None:
        """Do what the last task does."""
        return PreflightCompletion(
            preflights=self.preflights,
            results=self.results,
            campaigns=StoredCampaigns(self.campaigns),
            templates=self.templates,
            files=self.files,
            orders=self._orders(),
            identities=self.identities,
            quota=lambda: self.quota,
            limits=self.limits,
            clock=self.clock,
        ).finish(CAMPAIGN, run)

    def check(self, tolerated_failures: int = 0) -> ShownPreflight:
        """Check the campaign as the workflow does; return what the API shows then."""
        run = self.start(tolerated_failures)
        for part in range(len(self.parts.items)):
            self.check_part(run, part)
        self.finish(run)
        return self.service.get(CAMPAIGN)

    def findings(self, tolerated_failures: int = 0) -> list[Finding]:
        """Check the campaign; return what was found."""
        shown = self.check(tolerated_failures)
        assert shown.report is not None
        return [
            Finding(
                FindingCode(one["code"]),
                Severity(one["severity"]),
                one["message"],
                one["count"],
                tuple(one["examples"]),
            )
            for one in shown.report["findings"]
        ]

    def only(self, code: FindingCode, tolerated_failures: int = 0) -> Finding:
        """Check the campaign; return the one finding of a code."""
        [found] = [one for one in self.findings(tolerated_failures) if one.code is code]
        return found

    def proofs(self, *addresses: str, fields: Mapping[str, str] | None = None, row: int = 1) -> list[Proof]:
        """Send test mails."""
        return CampaignTestMails(
            campaigns=StoredCampaigns(self.campaigns),
            files=self.files,
            parts=self.parts,
            orders=self._orders(),
            renderer=self._renderer,
            delivery=self._delivery(),
            clock=self.clock,
        ).send(CAMPAIGN, addresses, fields=fields, row=row)

    def template_proofs(self, wanted: WantedTest) -> list[Proof]:
        """Send the template to some addresses."""
        return TemplateTestMails(
            templates=self.templates,
            samples=SampleRecipients(files=self.files, parts=self.parts),
            renderer=self._renderer,
            delivery=self._delivery(),
            clock=self.clock,
        ).send(self.templates.version.template_id, self.templates.version.version, wanted)

    def _delivery(self) -> ProofDelivery:
        return ProofDelivery(
            suppressions=self.suppressions,
            governor=self.governor,
            mailer=self.transport,
            pace=self.pace,
            clock=self.clock,
            pool=InlineExecutor(),
        )

    def mails(self) -> list[RenderedMail]:
        """What was handed to SES."""
        return [mail for mail, _ in self.transport.tries]

    def _orders(self) -> CampaignOrders:
        return CampaignOrders(campaigns=self.campaigns, templates=self.templates)

    @staticmethod
    def _renderer(order: SendOrder) -> Render:
        return composer(compile_content, RenderError, FixedLink(LINK))(order)
