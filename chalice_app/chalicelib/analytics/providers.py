"""Which mailbox provider a recipient's domain belongs to, as far as the domain itself tells.

A company's own domain may be hosted by Google or Microsoft; only its MX records would say so, and they change. Such
domains count as `OTHER`.
"""

from collections.abc import Mapping
from typing import Final

OTHER: Final = "Other"


def _national(name: str, endings: str) -> frozenset[str]:
    """Return a provider's domains of one name under the given endings."""
    return frozenset(f"{name}.{ending}" for ending in endings.split())


PROVIDERS: Final[Mapping[str, frozenset[str]]] = {
    "Gmail": frozenset({"gmail.com", "googlemail.com"}),
    "Microsoft": frozenset({"msn.com", "passport.com", "windowslive.com"})
    | _national(
        "outlook",
        "com at be cl co.id co.th com.ar com.au com.br com.tr com.vn cz de dk es fr hu ie in it jp kr lv my ph pt "
        "sa sg sk",
    )
    | _national(
        "hotmail",
        "com at be ca ch co.il co.jp co.th co.uk com.ar com.au com.br com.tr cz de dk es fi fr gr hu it nl no se",
    )
    | _national(
        "live",
        "com at be ca cl cn co.uk co.za com.ar com.au com.mx com.pt de dk fi fr hk ie in it jp nl no ru se",
    ),
    "Yahoo": frozenset({"ymail.com", "rocketmail.com", "myyahoo.com", "aim.com", "verizon.net"})
    | _national(
        "yahoo",
        "com at be ca cl co.id co.in co.nz co.th co.uk co.za com.ar com.au com.br com.co com.hk com.mx com.my com.pe "
        "com.ph com.sg com.tr com.tw com.ve com.vn de dk es fi fr gr hu ie in it nl no pl pt ro se",
    )
    | _national("aol", "com co.uk de fr it"),
    "Yahoo Japan": frozenset({"yahoo.co.jp", "ybb.ne.jp"}),
    "Apple iCloud": frozenset({"icloud.com", "me.com", "mac.com"}),
    "Proton": frozenset({"proton.me", "protonmail.com", "protonmail.ch", "pm.me"}),
    "Fastmail": frozenset({"fastmail.com", "fastmail.fm"}),
    "Zoho": frozenset({"zoho.com", "zoho.eu", "zohomail.com", "zohomail.eu"}),
    "GMX and WEB.DE": frozenset(
        {"gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "gmx.org", "gmx.eu", "gmx.co.uk", "gmx.fr", "web.de"}
    ),
    "T-Online": frozenset({"t-online.de", "magenta.de"}),
    "Orange": frozenset({"orange.fr", "wanadoo.fr"}),
    "La Poste": frozenset({"laposte.net"}),
    "Free": frozenset({"free.fr"}),
    "SFR": frozenset({"sfr.fr", "neuf.fr", "cegetel.net", "numericable.fr", "club-internet.fr"}),
    "Libero": frozenset({"libero.it", "virgilio.it", "inwind.it", "iol.it", "blu.it", "giallo.it"}),
    "Seznam": frozenset({"seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"}),
    "WP": frozenset({"wp.pl", "o2.pl", "tlen.pl", "go2.pl"}),
    "Onet": frozenset({"onet.pl", "onet.eu", "op.pl", "vp.pl", "poczta.onet.pl"}),
    "Yandex": frozenset({"yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru", "narod.ru"}),
    "Mail.ru": frozenset({"mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru", "xmail.ru"}),
    "NetEase": frozenset({"163.com", "126.com", "yeah.net", "vip.163.com", "188.com"}),
    "Tencent QQ": frozenset({"qq.com", "foxmail.com", "vip.qq.com"}),
    "Naver": frozenset({"naver.com"}),
    "Comcast": frozenset({"comcast.net", "xfinity.com"}),
    "BT": frozenset({"btinternet.com", "btopenworld.com", "talk21.com"}),
    "Bluewin": frozenset({"bluewin.ch"}),
}
"""Domains under which consumers of a provider have their mailboxes, by the provider's name."""
