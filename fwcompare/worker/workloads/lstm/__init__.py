"""Recurrent network: long short-term memory layers, one dense layer on the last time step."""
