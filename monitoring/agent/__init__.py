"""The site agent: probes every e-service from where its users are, and only ever calls out. Standard library only."""
