"""A worker of another version."""

from talk import Talk

talk = Talk()
talk.hello(protocol=0)
talk.receive()
