"""Adapters behind the ports of the domain, and the composition root."""
