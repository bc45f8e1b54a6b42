"""What the map shows: each layer's SQL, properties and legend."""
