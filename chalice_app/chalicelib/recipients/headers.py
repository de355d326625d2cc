"""Headers with a meaning: addresses, time zones and locales, in the languages of Europe and some more.

Two spellings that differ in case, accents, spaces and punctuation only are one header.
"""

import unicodedata

ADDRESS_HEADERS = """
    email, email address, email addresses, email id, email 1, email 1 value, mail, mail address, recipient,
    recipient email, contact email, customer email, subscriber email, primary email, to address,
    E-Mail-Adresse, E-Mail-Adressen, Mailadresse, Empfänger, Empfängeradresse, elektronische Adresse, E-Mail-Adress,
    e-mailadres, mailadres, elektronisch adres, correo, correo electrónico, correo-e, dirección de correo,
    dirección de correo electrónico, dirección de email, dirección email, dirección electrónica,
    courriel, mél, courrier électronique, adresse courriel, adresse de courriel, adresse électronique, adresse email,
    adresse mail, adresse de messagerie, endereço de email, endereço email, endereço eletrónico, correio eletrónico,
    endereço de correio eletrónico, indirizzo email, indirizzo mail, indirizzo di posta elettronica, posta elettronica,
    correu, correu electrònic, adreça electrònica, adreça de correu, adreça de correu electrònic,
    enderezo electrónico, enderezo de correo electrónico, posta elektronikoa, helbide elektronikoa,
    e-post, e-postadress, e-postadresse, e-mailadress, e-mailadresse, mejl, mejladress, mailadress, elektronisk post,
    netfang, tölvupóstur, tölvupóstfang, netpóstur, sähköposti, sähköpostiosoite, s-posti,
    e-posti aadress, e-postiaadress, meil, meiliaadress, e-maili aadress, elektronpost,
    e-pasts, e-pasta adrese, elektroniskais pasts, el. paštas, el. pašto adresas, e. paštas, elektroninis paštas,
    elektroninio pašto adresas, adres email, adres mailowy, adres e-mailowy, poczta elektroniczna, e-poczta,
    adres poczty elektronicznej, e-mailová adresa, elektronická pošta, adresa elektronické pošty,
    adresa elektronickej pošty, e-pošta, elektronska pošta, elektronski naslov, e-poštni naslov, naslov e-pošte,
    e-naslov, email naslov, elektronička pošta, adresa e-pošte, adresa elektroničke pošte, adresa elektronske pošte,
    e-mail adresa, imejl, imejl adresa, mejl adresa, posta elektronike, adresa e emailit, adresa elektronike,
    e-mail cím, elektronikus levélcím, elektronikus cím, villámposta, adresă de email, adresă email,
    poștă electronică, adresă electronică, adresă de poștă electronică, ríomhphost, seoladh ríomhphoist, r-phost,
    e-bost, cyfeiriad e-bost, indirizz tal-email, indirizz elettroniku, posta elettronika,
    e-posta, e-posta adresi, email adresi, mail adresi, elektronik posta,
    ηλεκτρονικό ταχυδρομείο, ηλεκτρονική διεύθυνση, διεύθυνση email, ηλ. ταχυδρομείο, ηλ. διεύθυνση,
    διεύθυνση ηλεκτρονικού ταχυδρομείου, имейл, имейл адрес, мейл, електронна поща, електронен адрес, е-поща, ел. поща,
    имејл, имејл адреса, мејл, е-пошта, електронска пошта, адреса е-поште, електронска адреса,
    почта, эл. почта, электронная почта, электронный адрес, эл. адрес, адрес электронной почты, емейл, емайл, е-почта,
    электронны адрас, адрас электроннай пошты, эл. пошта, электронная пошта,
    пошта, електронна пошта, ел. пошта, електронна адреса, ел. адреса, адреса електронної пошти, імейл, е-мейл,
    メール, メールアドレス, 电子邮件, 邮箱, 이메일
"""  # noqa: RUF001 - the words are Cyrillic, from their first letter on
"""Headers of the column of addresses."""

TIME_ZONE_HEADERS = """
    timezone, time zone, time zone name, time zone id, tz, tzid, IANA time zone, Zeitzone, tijdzone, fuseau horaire,
    fuseau, zona horaria, huso horario, fuso orario, fuso horário, zona horària, fus horari, tidszone, tidszon,
    tidssone, tímabelti, aikavyöhyke, ajavöönd, laika josla, laiko juosta, strefa czasowa, časové pásmo, časovni pas,
    vremenska zona, zona kohore, időzóna, fus orar, crios ama, żona tal-ħin, saat dilimi, ζώνη ώρας, часова зона,
    часови пояс, временска зона, часовой пояс, гадзінны пояс, часовий пояс, タイムゾーン, 时区
"""
"""Headers of the column of time zones, by which messages can be sent at a local time."""

LOCALE_HEADERS = """
    locale, language, language code, preferred language, lang, Sprache, Sprachcode, bevorzugte Sprache, taal, taalcode,
    langue, code langue, idioma, código de idioma, lingua, língua, llengua, hizkuntza, sprog, språk, tungumál, kieli,
    keel, valoda, kalba, język, jazyk, jezik, gjuha, nyelv, limbă, limba, teanga, iaith, lingwa, dil, γλώσσα, език,
    језик, јазик, язык, мова, 言語, 语言
"""
"""Headers of the column of locales or languages."""


def simplified(header: str) -> str:
    """Drop what two spellings of a header differ by: case, accents, spaces, punctuation."""
    decomposed = unicodedata.normalize("NFKD", header.casefold())
    return "".join(c for c in decomposed if c.isalnum())


def is_address_header(header: str) -> bool:
    """Tell whether a header names a column of addresses."""
    return simplified(header) in _ADDRESS_HEADERS


def is_time_zone_header(header: str) -> bool:
    """Tell whether a header names a column of time zones."""
    return simplified(header) in _TIME_ZONE_HEADERS


def is_locale_header(header: str) -> bool:
    """Tell whether a header names a column of locales."""
    return simplified(header) in _LOCALE_HEADERS


_ADDRESS_HEADERS = frozenset(map(simplified, ADDRESS_HEADERS.split(",")))
_TIME_ZONE_HEADERS = frozenset(map(simplified, TIME_ZONE_HEADERS.split(",")))
_LOCALE_HEADERS = frozenset(map(simplified, LOCALE_HEADERS.split(",")))
