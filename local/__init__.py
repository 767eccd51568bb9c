"""A local Azure: what the conference management system needs of it, speaking the same wire protocols."""
