"""All pages of the desk, and how another one is added.

A page is a function in a module of its own that takes a `Visit` and returns an answer, and a template. The
module lists its addresses in ``PAGES``, and its tuple stands below. ``title`` puts an address into the
navigation, ``key`` makes it the second key after g (say so in `factdesk.desk.keys` too). Sign-in, the role,
the headers and the origin of forms have been checked when the function is called; a form's fields are in
``visit.form``. What it shows comes from ``with visit.desk.read() as known: known.ask(sql, parameters)``;
what somebody does goes through ``visit.desk.record(...)``. A template extends ``base.html`` and writes every
stored text as ``{{ text|show }}``.
"""

from __future__ import annotations

from factdesk.desk import (
    bulk_acts,
    bulk_page,
    claim_acts,
    claim_page,
    disagreements_page,
    essay_adding,
    essay_page,
    further_pages,
    help_page,
    marking_page,
    ops_page,
    people_page,
    queue_page,
    report_page,
    search_page,
    source_adding,
    source_page,
    sql_page,
    work_page,
)
from factdesk.desk.visits import Page

PAGES: tuple[Page, ...] = (
    *queue_page.PAGES,
    *search_page.PAGES,
    *claim_page.PAGES,
    *claim_acts.PAGES,
    *further_pages.PAGES,
    *bulk_page.PAGES,
    *bulk_acts.PAGES,
    *disagreements_page.PAGES,
    *essay_page.PAGES,
    *essay_adding.PAGES,
    *marking_page.PAGES,
    *source_adding.PAGES,
    *work_page.PAGES,
    *source_page.PAGES,
    *report_page.PAGES,
    *sql_page.PAGES,
    *ops_page.PAGES,
    *people_page.PAGES,
    *help_page.PAGES,
)
