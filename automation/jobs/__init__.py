"""Long work: queued, claimed by one worker at a time, followed, cancelled, given back when a worker dies."""
