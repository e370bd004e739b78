"""Goes on sending samples after its result."""

from talk import Talk

talk = Talk()
talk.whole_block()
talk.samples()
talk.receive()
