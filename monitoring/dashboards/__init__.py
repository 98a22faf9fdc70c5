"""Grafana dashboards, written with Grafana's own builders (types of 11.6) and shipped as JSON."""
