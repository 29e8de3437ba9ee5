"""Bundled sample essays, one sample source, and the press site of the demo."""
