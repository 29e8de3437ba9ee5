"""A dossier: all that is on record about one claim, in one zip that a stranger can read and verify.

`records` gathers it from the published copy, `page` writes the page, `bundle` the zip. What stands in it
depends on the claim's records alone: no clock, no other claim, so that the same records give the same bytes.
"""
