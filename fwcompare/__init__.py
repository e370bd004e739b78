"""Measure TensorFlow, Keras and PyTorch side by side on this machine (Qt-free core)."""

__version__ = "0.1.0"
