"""Word files for tests: packed by hand out of WordprocessingML, or by python-docx."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{RELATIONSHIPS}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def run(words: str, properties: str = "") -> str:
    """Return a run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def paragraph(*content: str, style: str = "", properties: str = "") -> str:
    """Return a paragraph; content that is no XML is a run of words."""
    runs = "".join(one if one.startswith("<") else run(one) for one in content)
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{properties}</w:pPr>{runs}</w:p>"


def link(words: str, identity: str) -> str:
    """Return a link to the address that the relationship names."""
    return f'<w:hyperlink r:id="{identity}">{run(words)}</w:hyperlink>'


def field(instruction: str, *content: str) -> str:
    """Return a field with its instruction and the text that it shows."""

    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    shown = "".join(one if one.startswith("<") else run(one) for one in content)
    told = f'<w:r><w:instrText xml:space="preserve">{escape(instruction)}</w:instrText></w:r>'
    return mark("begin") + told + mark("separate") + shown + mark("end")


def note_mark(kind: str, identity: int) -> str:
    """Return the mark of a footnote or endnote."""
    return f'<w:r><w:{kind}Reference w:id="{identity}"/></w:r>'


def note(kind: str, identity: int, *paragraphs: str) -> str:
    """Return a footnote or endnote."""
    return f'<w:{kind} w:id="{identity}">{"".join(paragraphs)}</w:{kind}>'


def table(*rows: tuple[str, ...]) -> str:
    """Return a table; a cell that is no XML is a paragraph of words."""
    made = ""
    for cells in rows:
        filled = "".join(f"<w:tc>{one if one.startswith('<') else paragraph(one)}</w:tc>" for one in cells)
        made += f"<w:tr>{filled}</w:tr>"
    return f"<w:tbl>{made}</w:tbl>"


def make_docx(
    *body: str,
    links: Mapping[str, str] | None = None,
    footnotes: str = "",
    endnotes: str = "",
    styles: str = "",
    numbering: str = "",
    core: str = "",
    namespace: str = W,
    more: Mapping[str, bytes] | None = None,
    document_type: str = DOCUMENT_TYPE,
) -> bytes:
    """Return a Word file. ``links`` are relationship id -> address, the same for body and notes."""
    parts = {
        "footnotes": footnotes and f"<w:footnotes {NAMESPACES}>{footnotes}</w:footnotes>",
        "endnotes": endnotes and f"<w:endnotes {NAMESPACES}>{endnotes}</w:endnotes>",
        "styles": styles and f"<w:styles {NAMESPACES}>{styles}</w:styles>",
        "numbering": numbering and f"<w:numbering {NAMESPACES}>{numbering}</w:numbering>",
    }
    outside = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/hyperlink" Target={quoteattr(url)} '
        'TargetMode="External"/>'
        for name, url in (links or {}).items()
    )
    inside = "".join(
        f'<Relationship Id="part-{name}" Type="{RELATIONSHIPS}/{name}" Target="{name}.xml"/>'
        for name, content in parts.items()
        if content
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="x"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{document_type}"/></Types>',
        "_rels/.rels": '<Relationships xmlns="x">'
        f'<Relationship Id="a" Type="{RELATIONSHIPS}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="b" Type="http://x/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="x">{outside}{inside}</Relationships>',
        "word/_rels/footnotes.xml.rels": f'<Relationships xmlns="x">{outside}</Relationships>',
        "word/_rels/endnotes.xml.rels": f'<Relationships xmlns="x">{outside}</Relationships>',
        "docProps/core.xml": f'<cp xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</cp>',
    }
    files |= {f"word/{name}.xml": content for name, content in parts.items() if content}
    packed = {name: content.replace(W, namespace).encode() for name, content in files.items()}
    return pack(packed | dict(more or {}))


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
