"""The unsubscribe page: its texts in four languages, its look, and what it may load (nothing)."""
# ruff: noqa: RUF001 - French writes its apostrophes like quotation marks

import base64
import hashlib
import re
from dataclasses import dataclass
from enum import Enum, auto
from html import escape

_STYLE = """
:root{color-scheme:light dark;--page:#f3f5f8;--card:#fff;--text:#1d2733;--button:#1f5fbf;--label:#fff}
@media(prefers-color-scheme:dark){:root{--page:#14181d;--card:#1e242b;--text:#e6e9ed;--button:#8ab4f8;--label:#10151b}}
body{margin:0;padding:12vh 1.25rem 2rem;background:var(--page);color:var(--text);font:1.125rem/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:2rem;border-radius:.75rem;background:var(--card);overflow-wrap:anywhere}
h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.25}
form{margin:1.5rem 0 0}
button{min-height:3rem;padding:.6rem 1.5rem;border:2px solid transparent;border-radius:.5rem;background:var(--button);
color:var(--label);font:inherit;font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid var(--text);outline-offset:3px}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy of the page: its own style and its own form, nothing else, and in no frame."""

DEFAULT_LANGUAGE = "en"
_RANGES_READ = 20
_WEIGHT = re.compile(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)


class PageState(Enum):
    """What the page has to say."""

    SUBSCRIBED = auto()
    UNSUBSCRIBED = auto()
    RESUBSCRIBED = auto()
    INVALID = auto()
    BUSY = auto()


@dataclass(frozen=True, slots=True)
class _Text:
    """What one state says in one language.

    Attributes:
        body: where the link is not about a topic, or the state is the same with one.
        topic_body: where it is about a topic.
    """

    title: str
    body: str
    topic_body: str = ""


@dataclass(frozen=True, slots=True)
class _Language:
    states: dict[PageState, _Text]
    unsubscribe: str
    resubscribe: str


_LANGUAGES = {
    "en": _Language(
        {
            PageState.SUBSCRIBED: _Text(
                "Unsubscribe",
                "Press the button and you will get no more of these mails.",
                "Press the button and you will get no more mails about “{topic}”.",
            ),
            PageState.UNSUBSCRIBED: _Text(
                "You are unsubscribed",
                "You will get no more of these mails. If this was a mistake, you can undo it.",
                "You will get no more mails about “{topic}”. If this was a mistake, you can undo it.",
            ),
            PageState.RESUBSCRIBED: _Text(
                "You are no longer unsubscribed",
                "Your unsubscription is undone: you may get these mails again.",
                "Your unsubscription is undone: you may get mails about “{topic}” again.",
            ),
            PageState.INVALID: _Text("This link is not valid", "Please use the link in the mail exactly as it is."),
            PageState.BUSY: _Text("Please try again", "This did not work just now. Please try again in a moment."),
        },
        unsubscribe="Unsubscribe",
        resubscribe="Undo",
    ),
    "de": _Language(
        {
            PageState.SUBSCRIBED: _Text(
                "Abmelden",
                "Mit dem Knopf melden Sie sich ab und bekommen diese E-Mails nicht mehr.",
                "Mit dem Knopf melden Sie sich ab und bekommen keine E-Mails zum Thema „{topic}“ mehr.",
            ),
            PageState.UNSUBSCRIBED: _Text(
                "Sie sind abgemeldet",
                "Sie bekommen diese E-Mails nicht mehr. War das ein Versehen, können Sie es rückgängig machen.",
                "Sie bekommen keine E-Mails zum Thema „{topic}“ mehr. "
                "War das ein Versehen, können Sie es rückgängig machen.",
            ),
            PageState.RESUBSCRIBED: _Text(
                "Sie sind nicht mehr abgemeldet",
                "Die Abmeldung ist rückgängig gemacht: Sie können diese E-Mails wieder bekommen.",
                "Die Abmeldung ist rückgängig gemacht: Sie können wieder E-Mails zum Thema „{topic}“ bekommen.",
            ),
            PageState.INVALID: _Text(
                "Dieser Link ist ungültig", "Bitte verwenden Sie den Link aus der E-Mail unverändert."
            ),
            PageState.BUSY: _Text(
                "Bitte noch einmal versuchen",
                "Das hat gerade nicht geklappt. Bitte versuchen Sie es gleich noch einmal.",
            ),
        },
        unsubscribe="Abmelden",
        resubscribe="Rückgängig machen",
    ),
    "fr": _Language(
        {
            PageState.SUBSCRIBED: _Text(
                "Se désabonner",
                "Appuyez sur le bouton pour ne plus recevoir ces e-mails.",
                "Appuyez sur le bouton pour ne plus recevoir d’e-mails sur « {topic} ».",
            ),
            PageState.UNSUBSCRIBED: _Text(
                "Vous êtes désabonné",
                "Vous ne recevrez plus ces e-mails. Si c’était une erreur, vous pouvez annuler.",
                "Vous ne recevrez plus d’e-mails sur « {topic} ». Si c’était une erreur, vous pouvez annuler.",
            ),
            PageState.RESUBSCRIBED: _Text(
                "Vous n’êtes plus désabonné",
                "Votre désabonnement est annulé : vous pouvez de nouveau recevoir ces e-mails.",
                "Votre désabonnement est annulé : vous pouvez de nouveau recevoir des e-mails sur « {topic} ».",
            ),
            PageState.INVALID: _Text(
                "Ce lien n’est pas valide", "Veuillez utiliser le lien de l’e-mail sans le modifier."
            ),
            PageState.BUSY: _Text("Veuillez réessayer", "Cela n’a pas fonctionné. Veuillez réessayer dans un instant."),
        },
        unsubscribe="Se désabonner",
        resubscribe="Annuler le désabonnement",
    ),
    "es": _Language(
        {
            PageState.SUBSCRIBED: _Text(
                "Darse de baja",
                "Pulse el botón y no recibirá más estos correos.",
                "Pulse el botón y no recibirá más correos sobre «{topic}».",
            ),
            PageState.UNSUBSCRIBED: _Text(
                "Se ha dado de baja",
                "No recibirá más estos correos. Si ha sido un error, puede deshacerlo.",
                "No recibirá más correos sobre «{topic}». Si ha sido un error, puede deshacerlo.",
            ),
            PageState.RESUBSCRIBED: _Text(
                "Ya no está dado de baja",
                "Su baja se ha anulado: puede volver a recibir estos correos.",
                "Su baja se ha anulado: puede volver a recibir correos sobre «{topic}».",
            ),
            PageState.INVALID: _Text("Este enlace no es válido", "Use el enlace del correo sin cambiarlo."),
            PageState.BUSY: _Text("Inténtelo de nuevo", "No ha funcionado. Inténtelo de nuevo en un momento."),
        },
        unsubscribe="Darse de baja",
        resubscribe="Deshacer",
    ),
}


def preferred_language(accepted: str) -> str:
    """Choose the page's language by an Accept-Language header (RFC 9110, 12.5.4); English if it names none of ours."""
    best, best_weight = DEFAULT_LANGUAGE, 0.0
    for entry in accepted.split(",", _RANGES_READ)[:_RANGES_READ]:
        tag, _, parameter = entry.partition(";")
        language = tag.strip().lower().partition("-")[0].replace("*", DEFAULT_LANGUAGE)
        match = _WEIGHT.fullmatch(parameter or "q=1")
        weight = float(match[1]) if match else 0.0
        if language in _LANGUAGES and weight > best_weight:
            best, best_weight = language, weight
    return best


def page(state: PageState, language: str, topic: str | None) -> str:
    """Write the page."""
    words = _LANGUAGES[language]
    text = words.states[state]
    body = text.topic_body.format(topic=topic) if topic and text.topic_body else text.body
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{escape(text.title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(text.title)}</h1><p>{escape(body)}</p>"
        f"{_button(state, words)}</main></body></html>"
    )


def _button(state: PageState, words: _Language) -> str:
    """Write the one thing that can be done; after a failure the browser's reload does it again."""
    if state in {PageState.SUBSCRIBED, PageState.RESUBSCRIBED}:
        return f'<form method="post"><button type="submit">{escape(words.unsubscribe)}</button></form>'
    if state is PageState.UNSUBSCRIBED:
        button = f'<button type="submit" name="action" value="resubscribe">{escape(words.resubscribe)}</button>'
        return f'<form method="post">{button}</form>'
    return ""
