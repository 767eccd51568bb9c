"""The Conference Management bounded context: what organizers set up and publish."""
