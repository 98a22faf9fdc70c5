"""What devices say about themselves over SNMP."""
