"""Exports, words and tables: what people read of the records."""
