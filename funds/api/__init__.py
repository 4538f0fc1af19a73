"""The money over the API: the queries and operations of the pages, and nothing besides."""
