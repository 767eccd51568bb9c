"""The business, pure: no clock, no random, no I/O, no Azure."""
