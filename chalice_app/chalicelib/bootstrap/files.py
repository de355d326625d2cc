"""Templates and recipient files."""

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.bootstrap.base import bound, clock, recipient_bucket, recipient_files, settings, template_bucket

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    from chalicelib.adapters.pace import InvocationContext
    from chalicelib.adapters.s3_multipart import BucketMultipartUploads
    from chalicelib.recipients.importing import RecipientImport
    from chalicelib.recipients.removal import RecipientRemoval
    from chalicelib.recipients.samples import SampleRecipients
    from chalicelib.recipients.service import RecipientService
    from chalicelib.recipients.uploading import RecipientUploads
    from chalicelib.templates.catalog import TemplateCatalog
    from chalicelib.templates.ports import StyleInliner
    from chalicelib.templates.service import TemplateService

WRITE_THREADS = 8
"""Part files that an import writes at once."""


@cache
def style_inliner() -> "StyleInliner":
    """Return what writes style sheets into the elements of a template."""
    from chalicelib.adapters.css import CssInline

    return CssInline()


@cache
def templates() -> "TemplateService":
    """Return the service of templates."""
    from chalicelib.store.templates import DynamoTemplates
    from chalicelib.templates.service import TemplateService

    bound("templates")
    return TemplateService(templates=DynamoTemplates(), objects=template_bucket())


@cache
def template_catalog() -> "TemplateCatalog":
    """Return what makes templates and keeps them in order."""
    from chalicelib.store.templates import DynamoTemplates
    from chalicelib.templates.catalog import TemplateCatalog

    bound("templates")
    return TemplateCatalog(templates=DynamoTemplates(), objects=template_bucket(), clock=clock())


@cache
def multipart_uploads() -> "BucketMultipartUploads":
    """Return the uploads in parts to the bucket of recipients and exports."""
    from chalicelib.adapters.s3_multipart import BucketMultipartUploads

    return BucketMultipartUploads(settings().recipient_bucket)


@cache
def recipients() -> "RecipientService":
    """Return the service of recipient files."""
    from chalicelib.adapters.workflows import RecipientStepFunctions
    from chalicelib.recipients.service import RecipientService

    return RecipientService(
        files=recipient_files(),
        objects=recipient_bucket(),
        multiparts=multipart_uploads(),
        workflows=RecipientStepFunctions(
            import_recipients_arn=settings().import_recipients_arn,
            remove_recipients_arn=settings().remove_recipients_arn,
        ),
        clock=clock(),
    )


@cache
def sample_recipients() -> "SampleRecipients":
    """Return the recipients of files by their place."""
    from chalicelib.recipients.parts import PartReader
    from chalicelib.recipients.samples import SampleRecipients

    return SampleRecipients(files=recipient_files(), parts=PartReader(recipient_bucket()))


@cache
def recipient_uploads() -> "RecipientUploads":
    """Return what takes the uploads of recipient files."""
    from chalicelib.recipients.uploading import RecipientUploads

    return RecipientUploads(
        files=recipient_files(), objects=recipient_bucket(), multiparts=multipart_uploads(), clock=clock()
    )


@cache
def _write_threads() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(WRITE_THREADS, thread_name_prefix="write")


def recipient_import(context: "InvocationContext") -> "RecipientImport":
    """Return the work of ``import_recipients`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.recipients.importing import RecipientImport

    return RecipientImport(
        files=recipient_files(),
        objects=recipient_bucket(),
        clock=clock(),
        deadline=LambdaPace(context),
        pool=_write_threads(),
        at_once=WRITE_THREADS,
    )


def recipient_removal(context: "InvocationContext") -> "RecipientRemoval":
    """Return the work of ``remove_recipients`` for one invocation."""
    from chalicelib.adapters.pace import LambdaPace
    from chalicelib.recipients.removal import RecipientRemoval

    return RecipientRemoval(
        files=recipient_files(),
        objects=recipient_bucket(),
        multiparts=multipart_uploads(),
        deadline=LambdaPace(context),
    )
