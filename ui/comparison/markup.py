"""Pieces of rich text in the theme's colours; every text that comes from elsewhere is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ui.comparison.badges import Badge, Symbol, Tone
from ui.theme import Tokens


class Markup:
    """Makes rich text for Qt's text browser, which knows a small part of HTML 4.

    Args:
        tokens: Colours.
        title_size: Of the page's title, with its unit.
    """

    def __init__(self, tokens: Tokens, title_size: str = "15px") -> None:
        self._tokens = tokens
        self._title_size = title_size

    def page(self, parts: Iterable[str]) -> str:
        """A whole document."""
        style = (
            f"body {{ color: {self._tokens.text}; }}"
            f"a {{ color: {self._tokens.accent}; text-decoration: none; }}"
            f"p {{ margin: 0 0 8px 0; line-height: 132%; }}"
            f".title {{ font-size: {self._title_size}; font-weight: 600; margin: 0 0 4px 0; }}"
            f".section {{ font-weight: 600; margin: 20px 0 0 0; }}"
            f".heading {{ font-weight: 600; color: {self._tokens.text2}; margin: 12px 0 4px 0; }}"
            f"td {{ padding: 1px 12px 1px 0; }}"
            f"pre {{ color: {self._tokens.text2}; white-space: pre-wrap; }}"
        )
        return f"<html><head><style>{style}</style></head><body>{''.join(parts)}</body></html>"

    def title(self, text: str) -> str:
        """What the whole page is about."""
        return f'<p class="title">{escape(text)}</p>'

    def section(self, text: str) -> str:
        """What the next parts with their headings are about."""
        return f'<p class="section">{escape(text)}</p>'

    def heading(self, text: str) -> str:
        """What the next part is about."""
        return f'<p class="heading">{escape(text)}</p>'

    def paragraph(self, text: str) -> str:
        """A sentence or more, "" if there is none."""
        return f"<p>{_lines(text)}</p>" if text else ""

    def muted(self, text: str) -> str:
        """A paragraph in the second colour, "" if there is no text."""
        return f'<p style="color: {self._tokens.text2}">{_lines(text)}</p>' if text else ""

    def badge(self, badge: Badge) -> str:
        """A chip with its remark."""
        chip = {
            Tone.OK: self._tokens.ok,
            Tone.MID: self._tokens.mid,
            Tone.OLD: self._tokens.old,
            Tone.BAD: self._tokens.bad,
        }.get(badge.tone)
        words = f"&nbsp;{badge.symbol.value}&nbsp;{escape(badge.word)}&nbsp;"
        style = (
            f"background-color: {chip.fill}; color: {chip.text};" if chip else f"color: {self._tokens.text2};"
        )
        caution = (
            f'&nbsp; <span style="color: {self._tokens.old.text}">{Symbol.CAUTION.value}</span>&nbsp;'
            f"{escape(badge.caution)}"
        )
        remark = f'&nbsp; <span style="color: {self._tokens.text2}">{escape(badge.remark)}</span>'
        more = f"{caution if badge.caution else ''}{remark if badge.remark else ''}"
        return f'<p><span style="{style} font-weight: 500;">{words}</span>{more}</p>'

    def pairs(self, rows: Sequence[tuple[str, str]]) -> str:
        """Names with their values, "" if there are none."""
        cells = [
            f'<tr><td style="color: {self._tokens.text2}">{escape(name)}</td><td>{_lines(value)}</td></tr>'
            for name, value in rows
        ]
        return f'<table cellspacing="0">{"".join(cells)}</table>' if cells else ""

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A table, the first column to the left and all others to the right; "" without rows."""
        if not rows:
            return ""
        muted = f"color: {self._tokens.text2}; font-weight: normal;"
        head = "".join(
            f'<td align="{_side(i)}" style="{muted}">{escape(h)}</td>' for i, h in enumerate(header)
        )
        body = "".join(
            "<tr>"
            + "".join(f'<td align="{_side(i)}">{escape(cell)}</td>' for i, cell in enumerate(row))
            + "</tr>"
            for row in rows
        )
        return f'<table cellspacing="0"><tr>{head}</tr>{body}</table>'

    def link(self, url: str, title: str, note: str) -> str:
        """A paragraph with a link and what is said of it; only web addresses become links."""
        text = escape(title)
        if url.startswith("https://"):
            text = f'<a href="{escape(url, quote=True)}">{text}</a>'
        return f'<p>{text}<br><span style="color: {self._tokens.text2}">{escape(note)}</span></p>'

    def inner_link(self, address: str, title: str) -> str:
        """A paragraph with a link that the application follows itself, see `DetailsPanel`."""
        return f'<p><a href="{escape(address, quote=True)}">{escape(title)}</a></p>'

    def anchor(self, name: str) -> str:
        """A place that an inner link to `#name` leads to."""
        return f'<a name="{escape(name, quote=True)}"></a>'

    def code(self, text: str) -> str:
        """Text as it was written, in a fixed pitch; "" if there is none."""
        return f"<pre>{escape(text)}</pre>" if text else ""


def _side(place: int) -> str:
    return "right" if place else "left"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
