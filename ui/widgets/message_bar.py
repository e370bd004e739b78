"""What has to be said without stopping the reader: a bar instead of a box that must be clicked away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from ui.icons import IconName, icon, pixmap
from ui.theme import Theme

_HEIGHT: Final = 36
_EDGE: Final = 16


class MessageKind(StrEnum):
    """How much a message matters."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


_ICONS: Final = {
    MessageKind.INFO: IconName.INFO,
    MessageKind.WARNING: IconName.WARNING,
    MessageKind.ERROR: IconName.ERROR,
}


@dataclass(frozen=True, slots=True)
class _Message:
    kind: MessageKind
    text: str
    action_text: str
    on_action: Callable[[], None] | None


class Messages(Protocol):
    """What those need who have something to say."""

    def show_message(
        self,
        kind: MessageKind,
        text: str,
        action_text: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        """Show a message; see `MessageBar.show_message`."""

    def withdraw(self, text: str) -> None:
        """Take a message back whose reason is gone."""


class MessageBar(QWidget):
    """Shows the newest message; closing it brings back the one before, so none is lost unread.

    Signals:
        message_shown: The text that is shown now, "" if there is none.
    """

    message_shown = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message-bar")
        self.setAccessibleName("Message")
        self._theme = theme
        self._messages: list[_Message] = []
        self._build()
        theme.changed.connect(self._draw)
        self.hide()

    def _build(self) -> None:
        self._symbol = QLabel()
        self._text = QLabel()
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton()
        self._action.setFlat(True)
        self._action.setObjectName("link")
        self._action.setCursor(Qt.CursorShape.PointingHandCursor)
        self._action.clicked.connect(self._act)
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName("Close this message")
        self._close.setToolTip("Close this message")
        self._close.clicked.connect(self.dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_EDGE, 4, 8, 4)
        layout.setSpacing(8)
        for part in (self._symbol, self._text, self._action, self._close):
            layout.addWidget(part, 1 if part is self._text else 0)
        self.setMinimumHeight(_HEIGHT)

    @property
    def text(self) -> str:
        """What is shown now, "" if nothing is."""
        return self._messages[-1].text if self._messages else ""

    def show_message(
        self,
        kind: MessageKind,
        text: str,
        action_text: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        """Show a message above those that are there; the same text stands there once.

        Args:
            kind: How much it matters.
            text: One sentence, or two where the second says what to do.
            action_text: Words of the link that does it, "" for none.
            on_action: What the link does; the message goes away then.
        """
        self._messages = [message for message in self._messages if message.text != text]
        self._messages.append(_Message(kind, text, action_text, on_action))
        self._draw()

    def withdraw(self, text: str) -> None:
        """Take a message back whose reason is gone."""
        if any(message.text == text for message in self._messages):
            self._messages = [message for message in self._messages if message.text != text]
            self._draw()

    def dismiss(self) -> None:
        """Close the message that is shown."""
        if self._messages:
            self._messages.pop()
        self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Fill the bar and draw the hairline below it."""
        del event
        tokens = self._theme.tokens
        kind = self._messages[-1].kind if self._messages else MessageKind.INFO
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens.info if kind is MessageKind.INFO else tokens.warning))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(tokens.line))

    def _act(self) -> None:
        message = self._messages[-1]
        self.dismiss()
        if message.on_action is not None:
            message.on_action()

    def _draw(self) -> None:
        self.setVisible(bool(self._messages))
        self.message_shown.emit(self.text)
        if not self._messages:
            return
        message, tokens = self._messages[-1], self._theme.tokens
        colour = tokens.accent if message.kind is MessageKind.INFO else tokens.old.text
        self._symbol.setPixmap(pixmap(_ICONS[message.kind], colour, self.devicePixelRatioF()))
        self._symbol.setAccessibleName(message.kind)
        self._text.setText(message.text)
        self._text.setAccessibleName(message.text)
        self._action.setText(message.action_text)
        self._action.setVisible(bool(message.action_text))
        self._close.setIcon(icon(IconName.CLOSE, tokens))
        self.update()
