"""The reference host app: pages over the service, which it talks to through the client alone."""
