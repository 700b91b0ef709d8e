"""Tables, every query, migrations and sealed columns; `database.Store` holds the only commit."""
