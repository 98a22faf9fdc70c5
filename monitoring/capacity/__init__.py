"""How full links and sites are: rates from counters, traffic in slots, percentiles."""
