"""Sentence models that a user has on disk: a folder in, unit vectors of texts out."""
