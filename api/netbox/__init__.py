"""The network in the shapes of NetBox 4.7, read only, so that tools written for NetBox work without a change."""
