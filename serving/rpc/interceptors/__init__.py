"""What surrounds every call, from the outside in: errors, keys, rates, readable, load, the call."""
