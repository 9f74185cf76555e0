"""A small scholarly world for demos, tests and measurements of growth.

In: a seed and sizes. Out: the six tables of a dataset, and the truth that was planted in them.
The same seed and sizes give the same world, byte by byte; nothing in it is a real person or paper.
"""
