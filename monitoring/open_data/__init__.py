"""What is published for everybody: the catalogue of e-services, equal access, hotspots, and a catalogue of these."""
