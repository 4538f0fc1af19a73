"""Pages of the steps: each translates one form into one operation."""
