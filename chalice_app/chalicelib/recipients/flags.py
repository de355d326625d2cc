"""Finds what is worth a look at an accepted row: addresses of roles, disposable and mistyped domains, time zones."""

import zoneinfo
from functools import cache, lru_cache

from chalicelib.recipients.domain_typos import intended_domain
from chalicelib.recipients.model import RowFlag

_ROLES = """
    abuse ftp hostmaster marketing news noc postmaster sales security support usenet uucp webmaster www
    info
    accounting accounts admin administrator all announce billing board booking bookings careers ceo compliance contact
    customercare customerservice customersupport dev devnull dns donotreply do-not-reply editor editorial enquiries
    enquiry everyone feedback finance general hello help helpdesk hr inquiries inquiry investors invoice invoices it
    jobs legal list list-request mail mailer-daemon mailerdaemon management media members membership newsletter
    no-reply no.reply no_reply nobody noreply null office operations ops order orders payroll phish phishing press
    privacy purchasing reception recruiting recruitment registrar reservations returns root sale secretary service
    services shop spam staff subscribe sysadmin team tech technical undisclosed-recipients unsubscribe welcome
    anfrage bestellung bewerbung buchhaltung buero datenschutz einkauf empfang kontakt kundendienst kundenservice
    personal post presse rechnung sekretariat verkauf vertrieb verwaltung zentrale
    accueil commande commandes commercial comptabilite contacto direction facturation recrutement secretariat
    administracion atencionalcliente ayuda compras contabilidad facturacion informacion pedidos reservas ventas
    acquisti amministrazione assistenza commerciale contatti fatturazione informazioni ordini prenotazioni segreteria
    ufficio vendite
    administracao comercial compras contato contabilidade faleconosco financeiro geral vendas
    administratie boekhouding facturatie inkoop klantenservice secretariaat verkoop
    biuro faktury ksiegowosc sekretariat sprzedaz zamowienia
    ekonomi faktura firmapost kundservice kundeservice salg toimisto
"""
ROLE_LOCAL_PARTS = frozenset(_ROLES.split())
"""Local parts, in lower case, of mailboxes that belong to a role: those of RFC 2142 first, then common ones."""

ROLE_DETAIL = "The address belongs to a role, not to a person."
TIME_ZONE_DETAIL = "The time zone is none of the IANA database, such as Europe/Berlin."

_DOMAINS_REMEMBERED = 65_536  # about 10 MB


@lru_cache(maxsize=_DOMAINS_REMEMBERED)
def flag_of_domain(domain: str) -> tuple[RowFlag, str] | None:
    """Return the flag of a domain, with what to say of it, or None.

    Args:
        domain: in ASCII and lower case.
    """
    if intended := intended_domain(domain):
        return RowFlag.DOMAIN_TYPO, f"did you mean {intended}?"
    disposable = _disposable_domains()
    suffix = domain
    while "." in suffix:
        if suffix in disposable:
            return RowFlag.DISPOSABLE_DOMAIN, f"{suffix} gives out addresses that are soon dropped."
        suffix = suffix.partition(".")[2]
    return None


@cache
def known_time_zones() -> frozenset[str]:
    """Return the names of the IANA database on this system.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is no such database, thus no name could be told from a wrong one.
    """
    names = frozenset(zoneinfo.available_timezones())
    if not names:
        raise zoneinfo.ZoneInfoNotFoundError("No time zone database was found.")
    return names


def is_unknown_time_zone(cell: str) -> bool:
    """Tell whether a cell holds a time zone that cannot be used; an empty one holds none."""
    name = cell.strip()
    return bool(name) and name not in known_time_zones()


@cache
def _disposable_domains() -> set[str]:
    """Return the list of https://github.com/disposable-email-domains/disposable-email-domains."""
    from disposable_email_domains import blocklist

    return blocklist
