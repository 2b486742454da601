"""papers — an official paper as its reader sees it: the words of a PDF, by pdftotext."""
import subprocess
import unicodedata


def words_of(answer):
    """All its words in the order they were written, cell by cell; pages end with a form feed."""
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/pdf", answer
    assert answer.body.startswith(b"%PDF-")
    words = subprocess.run(["pdftotext", "-raw", "-", "-"], input=answer.body, capture_output=True, check=True).stdout.decode()
    assert unicodedata.is_normalized("NFC", words)
    return words


def flat(answer):
    """Its words on one line, for sentences that break anywhere."""
    return " ".join(words_of(answer).split())


def pages_of(answer):
    return words_of(answer).count("\f")
