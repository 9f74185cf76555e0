"""Long trials of a running server: `python -m tests.trials NAME`. The suite has short ones."""
