"""The warehouse: a spool that acknowledges, one keeper that folds, a published copy that people read."""
