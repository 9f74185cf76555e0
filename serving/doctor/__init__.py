"""A running installation, examined from outside: what is wrong, where, and what to do."""
