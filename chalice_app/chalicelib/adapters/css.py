"""Style sheets into ``style`` attributes, by css-inline."""

from css_inline import CSSInliner, InlineError

from chalicelib.templates.html_reading import UnreadableHtmlError


class CssInline:
    """Implements `templates.ports.StyleInliner`; loads nothing, neither from the network nor from files."""

    def __init__(self) -> None:
        self._inliner = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)

    def inline(self, html: str) -> str:
        """Return the page with the rules of its ``<style>`` in the ``style`` attributes of the elements they meet.

        Raises:
            UnreadableHtmlError: css-inline cannot apply the rules.
        """
        try:
            return self._inliner.inline(html)
        except InlineError as error:
            raise UnreadableHtmlError(f"The rules in `<style>` cannot be applied: {error}.") from None
