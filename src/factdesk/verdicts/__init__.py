"""Reaches a verdict by an ordered table of rules, and says how far it can be trusted."""
