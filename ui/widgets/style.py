"""The rules for the controls of the window that neither the palette nor Fusion can express."""

from __future__ import annotations

from fwcompare.paths import resource_folder
from ui.theme import Tokens


def window_style(tokens: Tokens) -> str:
    """Style sheet of the main window; buttons named "primary" are filled, those named "link" are text.

    A palette of a single widget would not outlive the next change of the sheet: Qt gives back the one before.
    """
    scheme = "dark" if tokens.is_dark else "light"
    # a rule for a control takes its arrows away, and a style sheet takes others from a file alone
    folder = resource_folder() / "icons" / "controls"
    arrow, up, check = ((folder / f"{name}-{scheme}.svg").as_posix() for name in ("down", "up", "check"))
    return f"""
QMainWindow, QDockWidget, QMenuBar, QToolBar, QStatusBar {{ background: {tokens.chrome}; }}
QMenuBar::item {{ padding: 4px 8px; background: transparent; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {tokens.selection}; }}
QMenu {{ background: {tokens.raised}; border: 1px solid {tokens.line}; padding: 4px; }}
QMenu::item {{ padding: 4px 24px 4px 24px; border-radius: 4px; color: {tokens.text}; }}
QMenu::item:selected {{ background: {tokens.selection}; }}
QMenu::item:disabled {{ color: {tokens.text3}; }}
QMenu::separator {{ height: 1px; background: {tokens.line}; margin: 4px 8px; }}
QToolBar {{ border: none; border-bottom: 1px solid {tokens.line}; padding: 4px; spacing: 8px; }}
QToolBar::separator {{ width: 1px; background: {tokens.line}; margin: 6px 4px; }}
QStatusBar {{ border-top: 1px solid {tokens.line}; color: {tokens.text2}; }}
QStatusBar QLabel, QLabel#muted {{ color: {tokens.text2}; }}
RunOptions, ContenderList, MoreRounds {{ background: {tokens.chrome}; border: 1px solid {tokens.line}; }}
QTextBrowser#details {{ background: {tokens.chrome}; color: {tokens.text}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 2px 4px; color: {tokens.text}; }}
QToolBar QToolButton {{ padding: 4px 8px; }}
QToolButton:hover, QToolButton:pressed, QToolButton:checked {{ background: {tokens.selection}; }}
QToolButton:focus {{ border: 2px solid {tokens.accent}; padding: 1px 3px; }}
QToolBar QToolButton:focus {{ padding: 3px 7px; }}
QToolButton:disabled {{ color: {tokens.text3}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.edge};
    border-radius: 6px; padding: 4px 12px; min-height: 18px; }}
QPushButton:hover {{ background: {tokens.selection}; }}
QPushButton:disabled {{ color: {tokens.text3}; border-color: {tokens.line}; background: {tokens.chrome}; }}
QPushButton:focus {{ border: 2px solid {tokens.accent}; padding: 3px 11px; }}
QPushButton#primary {{ background: {tokens.accent}; color: {tokens.accent_text}; border-color: {tokens.accent};
    font-weight: 600; }}
QPushButton#primary:focus {{ border: 2px solid {tokens.text}; padding: 3px 11px; }}
QPushButton#primary:disabled {{ background: {tokens.chrome}; color: {tokens.text3}; border-color: {tokens.line}; }}
QPushButton#small {{ padding: 0; }}
QPushButton#link {{ background: transparent; border: none; color: {tokens.accent}; font-weight: 600; }}
QPushButton#link:focus {{ border: 2px solid {tokens.accent}; }}
QLineEdit, QAbstractSpinBox {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.edge};
    border-radius: 6px; padding: 3px 8px; }}
QLineEdit:focus, QAbstractSpinBox:focus {{ border: 2px solid {tokens.accent}; padding: 2px 7px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: none; background: transparent; width: 18px; height: 11px; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; }}
QAbstractSpinBox::up-arrow {{ image: url("{up}"); width: 9px; height: 9px; }}
QAbstractSpinBox::down-arrow {{ image: url("{arrow}"); width: 9px; height: 9px; }}
QComboBox {{ background: {tokens.raised}; color: {tokens.text}; border: 1px solid {tokens.edge};
    border-radius: 6px; padding: 3px 4px 3px 8px; }}
QComboBox:focus {{ border: 2px solid {tokens.accent}; padding: 2px 3px 2px 7px; }}
QComboBox:disabled {{ color: {tokens.text3}; border-color: {tokens.line}; }}
QComboBox::drop-down {{ border: none; width: 18px; }}
QComboBox::down-arrow {{ image: url("{arrow}"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {tokens.raised}; border: 1px solid {tokens.line};
    selection-background-color: {tokens.selection}; selection-color: {tokens.text}; }}
QCheckBox::indicator {{ width: 14px; height: 14px; background: {tokens.raised}; border: 1px solid {tokens.edge};
    border-radius: 4px; }}
QCheckBox::indicator:hover, QCheckBox::indicator:focus {{ border-color: {tokens.accent}; }}
QCheckBox::indicator:checked {{ background: {tokens.accent}; border-color: {tokens.accent}; image: url("{check}"); }}
QCheckBox::indicator:disabled {{ background: {tokens.chrome}; border-color: {tokens.line}; }}
QProgressBar {{ background: {tokens.band}; border: none; border-radius: 2px; }}
QProgressBar::chunk {{ background: {tokens.accent}; border-radius: 2px; }}
QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
QScrollBar::handle {{ background: {tokens.edge}; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""
