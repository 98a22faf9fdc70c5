"""What is true: polling, probes, reachability, capacity, alerts and metrics."""
