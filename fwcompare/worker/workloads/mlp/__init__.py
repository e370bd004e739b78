"""Multi-layer perceptron: dense layers with relu."""
