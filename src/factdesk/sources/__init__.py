"""Sources: gathering linked pages, archiving their bytes, and saying what became of each link."""
