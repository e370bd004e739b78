"""Transformer encoder: multi-head self-attention and two dense layers, normalised after each residual."""
