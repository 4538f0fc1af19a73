"""Pure rules over the life of a project; one module an area."""
