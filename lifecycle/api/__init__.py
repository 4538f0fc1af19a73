"""The life of a project for programs; one module an area."""
