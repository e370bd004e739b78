"""Sends NaN, which Python's json writes and no other language reads."""

from talk import Talk

talk = Talk()
talk.hello()
talk.send("EquivalenceChecked", quantity="output", relative_error=float("nan"), limit=1e-4, passed=True)
talk.receive()
