"""The report of an evaluation: what it holds, its figures, and the page that shows it."""
