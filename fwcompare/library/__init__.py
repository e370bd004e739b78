"""The saved snapshots: what is in each, what the user wrote about them, and the trash.

Snapshots are immutable. Names, notes, tags and the baseline star are the user's and lie beside them, by
content, so that they follow a file that is renamed or moved; what is read from the files is remembered
in an index that can be thrown away at any time (`docs/snapshot-format.md`).
"""
