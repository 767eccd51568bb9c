"""Triggers: parse, call one use case, map the answer."""
