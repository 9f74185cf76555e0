"""Digests by mail: chosen, written, sent once. `send.py` is the way through."""
