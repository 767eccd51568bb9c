"""What is kept in SQL: process managers with inbox and outbox, conferences, organizers' tokens, wrong tries."""
