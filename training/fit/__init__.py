"""Fits: matrices in, plain scorers (arrays and vocabularies) out."""
