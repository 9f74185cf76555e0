"""The pages in a real browser: Debian's chromium, a real server, a real `recsys web`."""
