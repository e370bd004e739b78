"""Colours, marks and sizes: one place for all that is drawn, in light and dark.

The values are those of the design page: Okabe and Ito's hues for frameworks (Color Universal Design,
2008), everything else from two small sets of tokens. Hue means framework and nothing else; the mode is
the dash and the mark, so colour never stands alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from fwcompare.domain.contender import Contender, Framework, Mode


@dataclass(frozen=True, slots=True)
class Chip:
    """Colours of a chip: its word and symbol, and its fill."""

    text: str
    fill: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme.

    Attributes:
        base: Tables, plots, pages.
        chrome: Bars and docks.
        raised: Controls.
        band: Margin bands, phases, the track of a progress bar.
        text: Text, interval ticks, medians.
        text2: Evidence, captions, axes.
        text3: Placeholders, disabled text, the dash of an empty cell.
        accent: What can be acted on, and where one is.
        line: Hairlines where two things meet.
        grid: Hairlines of rows and plots.
        edge: Edges of controls.
        ok: Chip of holds, faster.
        mid: Chip of imprecise, no practical difference.
        old: Chip of outdated, slower.
        bad: Chip of wrong, outputs differ, crashed: what stops the reader.
    """

    is_dark: bool
    base: str
    chrome: str
    raised: str
    band: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_text: str
    selection: str
    line: str
    grid: str
    edge: str
    info: str
    warning: str
    ok: Chip
    mid: Chip
    old: Chip
    bad: Chip


LIGHT: Final = Tokens(
    is_dark=False,
    base="#FFFFFF",
    chrome="#F4F5F7",
    raised="#FFFFFF",
    band="#E7EAEE",
    text="#1A1D21",
    text2="#545C66",
    text3="#636B76",
    accent="#2563C9",
    accent_text="#FFFFFF",
    selection="#E1ECFC",
    line="#DDE0E5",
    grid="#E9EBEF",
    edge="#B9BFC8",
    info="#EAF1FB",
    warning="#FDF4E3",
    ok=Chip("#17498F", "#E4EEFA"),
    mid=Chip("#3F4650", "#ECEEF1"),
    old=Chip("#7A4A00", "#FBEFD9"),
    bad=Chip("#FFFFFF", "#7A4A00"),
)

DARK: Final = Tokens(
    is_dark=True,
    base="#18191C",
    chrome="#202226",
    raised="#2A2D32",
    band="#2C2F35",
    text="#E4E6EA",
    text2="#A9B0BA",
    text3="#8D95A0",
    accent="#6BA3F8",
    accent_text="#10131A",
    selection="#23364F",
    line="#34373D",
    grid="#26282D",
    edge="#565C65",
    info="#1C2A3F",
    warning="#33291A",
    ok=Chip("#9CC5FF", "#1D3350"),
    mid=Chip("#CBD0D7", "#2E3137"),
    old=Chip("#F3C57A", "#3D2F17"),
    bad=Chip("#2A1D05", "#F3C57A"),
)

FRAMEWORK_HUES: Final = {
    Framework.TENSORFLOW: "#E69F00",
    Framework.PYTORCH: "#D55E00",
    Framework.KERAS_TENSORFLOW: "#0072B2",
    Framework.KERAS_TORCH: "#0072B2",
    Framework.KERAS_JAX: "#009E73",
    Framework.ONNXRUNTIME: "#56B4E9",
    Framework.LITERT: "#CC79A7",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """How a mode is drawn.

    Attributes:
        character: In lists, before the name.
        symbol: The same for pyqtgraph.
        dash: Lengths of dashes and gaps in pen widths; empty for a solid line.
    """

    character: str
    symbol: str
    dash: tuple[float, ...]


MODE_MARKS: Final = {
    Mode.EAGER: Mark("●", "o", ()),
    Mode.COMPILE: Mark("▲", "t1", (6, 3)),
    Mode.FUNCTION: Mark("◆", "d", (6, 3, 1, 3)),
    Mode.XLA: Mark("■", "s", (1, 2)),
    Mode.EXPORT: Mark("▼", "t", (4, 2)),
    Mode.TRACE: Mark("◀", "t3", (3, 2, 1, 2)),
    Mode.SCRIPT: Mark("▶", "t2", (3, 2, 1, 2, 1, 2)),
    Mode.AOT: Mark("⬢", "h", (6, 2, 3, 2)),
    Mode.SAVEDMODEL: Mark("⬟", "p", (8, 2, 2, 2)),
    Mode.DEFAULT: Mark("★", "star", (10, 3)),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How one contender is drawn everywhere.

    Attributes:
        hollow: Keras on PyTorch has Keras's hue with an empty mark, Keras on TensorFlow a full one; on JAX
            it has JAX's hue. Of two that are the same the second has the other mark.
    """

    hue: str
    mark: Mark
    hollow: bool


def look_of(contender: Contender) -> Look:
    """The look of a contender, from its framework and mode."""
    return Look(
        FRAMEWORK_HUES[contender.framework],
        MODE_MARKS[contender.mode],
        hollow=(contender.framework is Framework.KERAS_TORCH) != (contender.slot > 1),
    )


class Scheme(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """The tokens in force, and their way into Qt's palette.

    Signals:
        changed: The tokens are others now; whoever paints by itself repaints.
    """

    changed = Signal()

    def __init__(self, scheme: Scheme = Scheme.SYSTEM) -> None:
        super().__init__()
        self._scheme = scheme
        self.tokens = self._resolve()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def scheme(self) -> Scheme:
        """What the user chose."""
        return self._scheme

    def choose(self, scheme: Scheme) -> None:
        """Use this scheme from now on."""
        self._scheme = scheme
        self.apply()

    def apply(self) -> None:
        """Put the tokens into the application's palette and style sheet."""
        self.tokens = self._resolve()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette_of(self.tokens))
        application.setStyleSheet(style_sheet_of(self.tokens))
        self.changed.emit()

    def _resolve(self) -> Tokens:
        """Both palettes are ours, because not every platform follows a request for a scheme."""
        if self._scheme is Scheme.SYSTEM:
            return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._scheme is Scheme.DARK else LIGHT

    def _on_system_changed(self) -> None:
        if self._scheme is Scheme.SYSTEM:
            self.apply()


def palette_of(tokens: Tokens) -> QPalette:
    """Qt's palette for the tokens."""
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in (
        (role.Window, tokens.chrome),
        (role.WindowText, tokens.text),
        (role.Base, tokens.base),
        (role.AlternateBase, tokens.base),
        (role.Text, tokens.text),
        (role.PlaceholderText, tokens.text3),
        (role.Button, tokens.raised),
        (role.ButtonText, tokens.text),
        (role.ToolTipBase, tokens.raised),
        (role.ToolTipText, tokens.text),
        (role.Highlight, tokens.accent),
        (role.HighlightedText, tokens.accent_text),
        (role.Link, tokens.accent),
        (role.Mid, tokens.line),
        (role.Accent, tokens.accent),
    ):
        palette.setColor(where, QColor(colour))
    for where in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(tokens.text3))
    return palette


def style_sheet_of(tokens: Tokens) -> str:
    """The few rules that a palette can't express."""
    return f"""
QMainWindow::separator {{ background: {tokens.line}; width: 1px; height: 1px; }}
QToolTip {{ color: {tokens.text}; background: {tokens.raised}; border: 1px solid {tokens.line}; padding: 4px; }}
QStatusBar::item {{ border: none; }}
QHeaderView::section {{ background: {tokens.base}; color: {tokens.text2}; border: none;
    border-bottom: 1px solid {tokens.line}; padding: 4px 8px; }}
QTableView {{ border: none; gridline-color: {tokens.grid}; }}
"""
