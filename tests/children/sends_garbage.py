"""Writes something that is no JSON to the private channel."""

from talk import Talk

talk = Talk()
talk.until_measure()
talk.raw(b"\x89PNG\r\n\x1a\n this is not JSON\n")
talk.receive()
