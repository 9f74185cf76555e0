"""Seeing inside a running server: which call is under way, its stages, metrics, logs, traces."""
