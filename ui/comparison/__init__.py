"""The comparison: claims and measured figures as tables, and the details of what is selected.

`figures` and `badges` know what a row says, `ordering` in which order rows come; neither knows Qt.
"""
