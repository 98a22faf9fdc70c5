"""Web pages, rendered on the server; a little script swaps the live parts."""
