"""The Payments bounded context."""
