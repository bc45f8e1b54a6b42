"""Signing in through the office's own provider: OpenID Connect, code flow with PKCE."""
