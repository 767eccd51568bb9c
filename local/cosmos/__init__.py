"""A local Cosmos DB account: the NoSQL API over HTTP (gateway mode), kept in one SQLite file.

It speaks the wire protocol of the Azure SDKs, so the product uses the same client here and in Azure.
Start it with `python -m local.cosmos --port 8081 --db cosmos.db`.
"""
