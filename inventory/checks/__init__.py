"""Rules every inventory is held to, one function per rule, grouped by theme; ``registry`` runs them all."""
