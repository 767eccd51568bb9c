"""The Orders and Registrations bounded context: orders, the seats they hold, and who sits on them."""
