"""Where intended facts come from and go to: files first, other systems beside them."""
