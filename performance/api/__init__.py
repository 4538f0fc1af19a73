"""The targets and what is reported on them, for programs."""
