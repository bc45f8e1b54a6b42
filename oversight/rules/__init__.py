"""The rules of the list, one module a matter: pure functions of facts, policy and day."""
