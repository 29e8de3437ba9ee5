"""The forms that are sent to the desk, read within bounds; where a page takes files, those too."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from factdesk.desk.safety import MOST_FORM_BYTES
from factdesk.desk.uploads import KIND as MULTIPART
from factdesk.desk.uploads import Upload, read_upload
from factdesk.desk.visits import Page

MOST_FIELDS = 2_000


async def read_small_form(page: Page, request: Request) -> dict[str, str]:
    """Return what somebody wrote before the session ended; nobody unknown makes us read a whole upload."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_FORM_BYTES:
        return {}
    form, _ = await read_form_of(page, request)
    return form


async def read_form_of(page: Page, request: Request) -> tuple[dict[str, str], dict[str, Upload]]:
    """Return the fields and the files that were sent to a page; nothing but for POST.

    Raises HTTPException for anything but a form that the page takes.
    """
    if page.method != "POST":
        return {}, {}
    kind = request.headers.get("content-type", "")
    if not (page.takes_files and kind.lower().startswith(MULTIPART)):
        return await read_form(request), {}
    return await read_upload(request, MOST_FORM_BYTES)


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a form; of several with one name the values, joined by spaces.

    Raises HTTPException for anything but an ordinary form.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if body and kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Only ordinary forms are taken here")
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "The form cannot be read") from error
    form: dict[str, str] = {}
    for name, value in fields:
        form[name] = f"{form[name]} {value}" if name in form else value
    return form
