"""mail_text — what a received message says: decoded headers and text, and what is wrong with its form.
"""
import email
import email.errors
import email.header
import email.utils

LINE_LIMIT = 998
MUST_HAVE = ("Message-ID", "Date", "From")


def decode_header(value):
    """A header as people read it (RFC 2047); as it came when its encoding is broken."""
    try:
        text = str(email.header.make_header(email.header.decode_header(value)))
        return text.replace("\r", "").replace("\n", "")
    except (email.errors.HeaderParseError, LookupError, ValueError):
        return str(value)


def decode_part(part):
    data = part.get_payload(decode=True) or b""
    try:
        return data.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def body_text(message):
    """The plain text parts; the HTML when there is no plain text."""
    parts = [p for p in message.walk() if not p.is_multipart() and not p.get_filename()]
    for kind in ("text/plain", "text/html"):
        texts = [decode_part(p) for p in parts if p.get_content_type() == kind]
        if texts:
            return "\n".join(texts)
    return ""


def find_problems(message, content, is_smtp_utf8):
    """What a strict receiver would hold against the message (RFC 5322, RFC 6532)."""
    problems = [f"{name} {'missing' if not message.get_all(name) else 'more than once'}"
                for name in MUST_HAVE if len(message.get_all(name, [])) != 1]
    if message["Date"] and email.utils.parsedate_tz(str(message["Date"])) is None:
        problems.append("Date is not a date")
    head = content.split(b"\r\n\r\n", 1)[0]
    if not is_smtp_utf8 and not head.isascii():
        problems.append("8-bit header without SMTPUTF8")
    lines = content.split(b"\r\n")
    if any(len(line) > LINE_LIMIT for line in lines):
        problems.append(f"a line is longer than {LINE_LIMIT}")
    if any(b"\n" in line or b"\r" in line for line in lines):
        problems.append("bare CR or LF")
    return problems + [type(defect).__name__ for part in message.walk() for defect in part.defects]


def describe(content, is_smtp_utf8):
    """The facts of a message for the ledger."""
    message = email.message_from_bytes(content)
    return {
        "message_id": str(message.get("Message-ID", "")).strip(),
        "subject": decode_header(message.get("Subject", "")),
        "date": str(message.get("Date", "")), "header_from": decode_header(message.get("From", "")),
        "header_to": decode_header(message.get("To", "")), "body": body_text(message), "size": len(content),
        "attachments": [decode_header(p.get_filename()) for p in message.walk() if p.get_filename()],
        "problems": find_problems(message, content, is_smtp_utf8),
    }
