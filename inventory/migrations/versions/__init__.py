"""One file per migration; the chain is linear."""
