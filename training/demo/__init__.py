"""The tour of `recsys demo`: whom to ask, and the project's own commands as child processes."""
