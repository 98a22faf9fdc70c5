"""Reference pages of the documentation, written from the code they describe, so that they cannot lie."""
