"""What surrounds every call, from the outside in: errors, keys, rates, load, the call itself."""
