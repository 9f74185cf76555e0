"""What surrounds every call, from the outside in: log, errors, keys, rates, the call itself."""
