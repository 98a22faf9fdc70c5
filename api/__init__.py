"""The way in: command line, REST, web pages; the only room that knows all the others."""
