"""Service level per site and e-service: time with and without service from direct probes, and nothing else."""
