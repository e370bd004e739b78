"""Breaks the order of the protocol thousands of times."""

from talk import Talk

talk = Talk()
talk.hello()
for _ in range(5000):
    talk.send("Hello", protocol=1, pid=1, python="3.11.0")
talk.receive()
