"""The headers of every page; CloudFront adds them, and the server of the local stack too."""

from collections.abc import Mapping, Sequence
from typing import Final

HSTS_SECONDS: Final = 63_072_000
REFERRER_POLICY: Final = "no-referrer"
PERMISSIONS_POLICY: Final = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=(), xr-spatial-tracking=()"
)


def content_security_policy(upload_origins: Sequence[str]) -> str:
    """Return the policy of the pages.

    Args:
        upload_origins: where browsers upload to, and fetch reports from.
    """
    directives: Mapping[str, Sequence[str]] = {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        # Components, editor and charts set styles while they run; static files cannot carry a nonce for each answer.
        "style-src": ["'self'", "'unsafe-inline'"],
        # Previews are srcdoc frames, which inherit this policy, and show the mail's own pictures.
        "img-src": ["'self'", "data:", "blob:", "https:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", *upload_origins],
        "frame-src": ["'self'", "blob:"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],  # <base href="/">
        "form-action": ["'self'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def headers(upload_origins: Sequence[str], *, secure: bool) -> dict[str, str]:
    """Return the headers of every page by name.

    Args:
        upload_origins: where browsers upload to.
        secure: whether pages go over TLS; browsers take HSTS nowhere else.
    """
    always = {
        "Content-Security-Policy": content_security_policy(upload_origins),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": REFERRER_POLICY,
        "Permissions-Policy": PERMISSIONS_POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    strict = {"Strict-Transport-Security": f"max-age={HSTS_SECONDS}; includeSubDomains"}
    return always | strict if secure else always
