"""Factdesk: finds checkable claims in essays and compares them with the sources that the essays link."""

__version__ = "0.1.0"
