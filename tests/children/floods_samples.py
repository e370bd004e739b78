"""Sends as many samples as the channel takes, ten a message."""

from talk import Talk

talk = Talk()
talk.until_measure()
for number in range(10_000):
    talk.samples(first_index=10 * number)
talk.until_end(iterations=100_000)
