"""One alert per cause, from the matrix through Prometheus and Alertmanager back to us."""
