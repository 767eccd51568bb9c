"""From a commit to production: the package, the database, the smoke test. Nothing of this is deployed."""
