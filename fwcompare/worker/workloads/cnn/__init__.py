"""Convolutional network: 3×3 convolutions, relu, 2×2 max pooling, one dense layer."""
