"""Lists for programs: rows that are found, sorted, encoded and written as CSV without detours."""
