"""Receives an email as a mail server does, and reads it as a mail program does.

    python tests/tools/emails.py HANDBILL

The sample newsletter's latest issue is rendered into files and sent to a server on loopback. What arrives is read by
Python's email package: its parts are the files, its headers what lists owe.
"""

import email
import email.policy
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
ISSUE = "weekly/2026-11-20-dec-8"
READER = "reader@alder.example"
CLOCK = ["--as-of", "2026-11-24", "--root", str(ROOT)]


class Mailbox:
    """Keeps what comes."""

    def __init__(self):
        self.came = []

    async def handle_DATA(self, server, session, envelope):
        self.came.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


def run(program: str, *arguments: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name != "HANDBILL_SMTP_PASSWORD"}
    command = [program, "newsletter", *arguments, *CLOCK]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)


def equal(what: str, is_so: bool):
    if not is_so:
        sys.exit(f"{what}: not so")


def text_of(message, kind: str) -> str:
    return message.get_body((kind,)).get_content().replace("\r\n", "\n")


def check(program: str):
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = [run(program, "render", ISSUE, "--output", f"{folder}/{name}") for name in ("one", "two")]
            equal("it is rendered", all(one.returncode == 0 for one in made))
            files = {path.suffix: path.read_bytes() for path in Path(folder, "one").iterdir()}
            again = {path.suffix: path.read_bytes() for path in Path(folder, "two").iterdir()}
            equal("the same bytes twice", files == again)
        url = f"smtp://127.0.0.1:{port}"
        sent = run(program, "send", ISSUE, "--to", READER, "--smtp", url)
        equal(f"it is sent ({sent.stderr})", sent.returncode == 0 and len(mailbox.came) == 1)
        receivers, content = mailbox.came[0]
        equal("to one address", receivers == [READER])
        for name, data in (("the message", content), ("the file", files[".eml"])):
            message = email.message_from_bytes(data, policy=email.policy.default)
            equal(f"{name} has no defect", not message.defects)
            equal(f"{name} is multipart/alternative", message.get_content_type() == "multipart/alternative")
            kinds = [part.get_content_type() for part in message.iter_parts()]
            equal(f"{name} has the text first", kinds == ["text/plain", "text/html"])
            equal(f"{name} is quoted-printable", all(
                part["Content-Transfer-Encoding"] == "quoted-printable" for part in message.iter_parts()))
            equal(f"{name} has the text", text_of(message, "plain").strip() == files[".txt"].decode().strip())
            equal(f"{name} has the HTML", text_of(message, "html").strip() == files[".html"].decode().strip())
            equal(f"{name} has a subject", message["Subject"] == "Dec. 8 is on the wall")
            equal(f"{name} has a sender", message["From"].addresses[0].addr_spec == "friday@thecommoncause.example")
            equal(f"{name} has a date", message["Date"].datetime.isoformat() == "2026-11-21T00:00:00+00:00")
            equal(f"{name} has an id", message["Message-ID"].endswith("@thecommoncause.example>"))
            equal(f"{name} can be left", message["List-Unsubscribe"] == "<{{ unsubscribe_url }}>")
            equal(f"{name} can be left with a press", message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
        text, html = files[".txt"].decode(), files[".html"].decode()
        equal("lines end before column 73", all(len(line) <= 72 for line in text.splitlines() if "://" not in line))
        for word in ("14 Canal Street", "{{ unsubscribe_url }}", "https://thecommoncause.example/newsletters/weekly/dec-8/"):
            equal(f"both parts have {word}", word in text and word in html)
        equal("URLs are absolute", 'href="/' not in html and 'src="/' not in html)
        equal("no marker is left in place of a text", "@@" not in html)
        equal("it is short enough", len(html) < 100_000)
        several = run(program, "send", ISSUE, "--to", f"{READER},b@alder.example", "--smtp", url)
        equal("several receivers are refused", several.returncode == 2 and len(mailbox.came) == 1)
        secret = run(program, "send", ISSUE, "--to", READER, "--smtp", "smtp://a:secret@127.0.0.1")
        equal("a password in the URL is refused and not repeated",
              secret.returncode == 2 and "secret@" not in secret.stderr and "HANDBILL_SMTP_PASSWORD" in secret.stderr)
    finally:
        controller.stop()
    dead = run(program, "send", ISSUE, "--to", READER, "--smtp", url)
    equal("a server that is missing is reported", dead.returncode == 2 and "was not sent" in dead.stderr)
    print("an email came, and is what it should be")


if __name__ == "__main__":
    check(str(Path(sys.argv[1]).resolve()))
