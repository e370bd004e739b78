"""The desktop application: PySide6 and pyqtgraph. Imports fwcompare, never the reverse."""
