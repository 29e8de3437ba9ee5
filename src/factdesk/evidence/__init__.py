"""Finds the passages of a source that bear on a claim, and compares them facet by facet."""
