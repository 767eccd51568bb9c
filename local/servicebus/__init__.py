"""The local Azure Service Bus: AMQP 1.0 as the Azure SDKs speak it, kept in SQLite."""
