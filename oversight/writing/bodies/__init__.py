"""What is sent to enter, correct or move on a fact: one model a resource, as OpenAPI shows it."""
