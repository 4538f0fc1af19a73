"""Demo data: invented units and people, moved along by the same operations as real ones, with past business dates."""
