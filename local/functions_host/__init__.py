"""A local Azure Functions host for Python v2 apps: HTTP, Service Bus and timer triggers in one event loop."""
