"""Sends a line of 2 MiB."""

from talk import Talk

talk = Talk()
talk.until_measure()
talk.raw(b'{"type":"Bye","padding":"' + b"x" * (2 << 20) + b'"}\n')
talk.receive()
