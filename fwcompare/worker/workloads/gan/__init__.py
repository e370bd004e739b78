"""Generative adversarial network: a generator and a discriminator of dense layers, trained in turns."""
