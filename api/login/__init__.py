"""Ways for people to log in: a directory (LDAP), an identity provider (OpenID Connect), a sealed local admin."""
