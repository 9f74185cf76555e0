"""Speed and memory, each as a ratio to something measured beside it; `make bench` runs them."""
