#!/usr/bin/python3
"""mail — a mail sink: a real SMTP server that takes everything, and remembers it.

    mail.py --listen 127.0.0.1:SMTPPORT --control 127.0.0.1:PORT --ledger FILE --user U --password P
            --tls-dir DIR

STARTTLS comes before AUTH, AUTH (PLAIN or LOGIN) before MAIL. DIR gets ca.pem, server.pem and server.key at
the first start; clients trust ca.pem. On the control port: GET /mails?to=ADDRESS&code=TEXT (code is looked
for in subject and body), GET /mails/count with the same filters, and the common routes.

Ledger kinds: mail (repeat = its Message-ID was accepted before; answered_250 = false when the connection was
cut after storing) · refused (wrong password, failed TLS) · fault.

Dials: greylist_next (n × 451 to RCPT) · refuse_next (n × 550 to RCPT) · refuse_to (addresses, 550 to RCPT) ·
drop_after_data (n times stored, then cut before the 250) · drop_before_store (n times cut after the data, not
stored) · delay_ms (before the answer to the data) · down (cuts at once, and open connections at their next
command).
"""
import asyncio
import hmac
import logging
import traceback

from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, TLSSetupException

import mail_text
import mail_tls
import simlib

SIZE_LIMIT = 32 << 20
DIALS = {
    "greylist_next": simlib.Dial(0), "refuse_next": simlib.Dial(0), "refuse_to": simlib.Dial([]),
    "drop_after_data": simlib.Dial(0), "drop_before_store": simlib.Dial(0), "delay_ms": simlib.Dial(0),
    "down": simlib.Dial(False),
}


class Mailbox:
    """Counts from the ledger's lines; the messages themselves stay there."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.message_ids = set()
        self.count = self.repeats = 0
        for entry in ledger.read(kind="mail"):
            self._apply(entry)

    def _apply(self, entry):
        self.count += 1
        self.repeats += entry["repeat"]
        self.message_ids.add(entry["message_id"])

    def store(self, envelope, answered):
        """Writes the message down and returns its Message-ID."""
        facts = mail_text.describe(envelope.content, envelope.smtp_utf8)
        message_id = facts["message_id"]
        self._apply(self.ledger.add(
            "mail", message_id, envelope_from=envelope.mail_from, envelope_to=envelope.rcpt_tos,
            repeat=bool(message_id) and message_id in self.message_ids, answered_250=answered, **facts))
        return message_id

    def find(self, to="", code=""):
        for mail in self.ledger.read(kind="mail"):
            addressed = not to or to.lower() in (address.lower() for address in mail["envelope_to"])
            if addressed and (code in mail["subject"] or code in mail["body"]):
                yield mail


class Session:
    """aiosmtpd calls these for each command; the answers here are the faults."""

    def __init__(self, args, mailbox, dials):
        self.args, self.mailbox, self.dials = args, mailbox, dials

    def write_fault(self, dial, key=""):
        self.mailbox.ledger.add("fault", key, dial=dial)

    def authenticate(self, _server, _session, _envelope, mechanism, given):
        right = (hmac.compare_digest(given.login, self.args.user.encode())
                 & hmac.compare_digest(given.password, self.args.password.encode()))
        if not right:
            self.mailbox.ledger.add("refused", given.login.decode("utf-8", "replace"), mechanism=mechanism)
        return AuthResult(success=right, handled=False)

    async def handle_exception(self, error):
        """aiosmtpd asks what to answer; a client that does not trust the certificate is no error of ours."""
        self.mailbox.ledger.add("refused", reason=f"{type(error).__name__}: {error.__cause__ or error}")
        if not isinstance(error, TLSSetupException):
            traceback.print_exception(error)
        return "451 4.3.0 Internal error"

    async def cut(self, server, dial, key=""):
        """Closes the connection; aiosmtpd ends this coroutine when it is lost."""
        self.write_fault(dial, key)
        server.transport.abort()
        await asyncio.Event().wait()

    async def handle_MAIL(self, server, _session, envelope, address, options):
        if self.dials["down"]:
            await self.cut(server, "down", address)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(self, server, _session, envelope, address, options):
        if self.dials["down"]:
            await self.cut(server, "down", address)
        if address.lower() in (refused.lower() for refused in self.dials["refuse_to"]):
            self.write_fault("refuse_to", address)
            return "550 5.1.1 No such user here"
        if self.dials.take("greylist_next"):
            self.write_fault("greylist_next", address)
            return "451 4.7.1 Greylisted, try again later"
        if self.dials.take("refuse_next"):
            self.write_fault("refuse_next", address)
            return "550 5.7.1 Refused"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, _session, envelope):
        if self.dials["down"]:
            await self.cut(server, "down")
        if self.dials["delay_ms"]:
            self.write_fault("delay_ms")
            await asyncio.sleep(self.dials["delay_ms"] / 1000)
        if self.dials.take("drop_before_store"):
            await self.cut(server, "drop_before_store")
        cut_now = self.dials.take("drop_after_data")
        message_id = self.mailbox.store(envelope, not cut_now)
        if cut_now:
            await self.cut(server, "drop_after_data", message_id)
        return "250 2.0.0 Stored"


class ClosedDoor(asyncio.Protocol):
    """A connection that is cut before the greeting."""

    def connection_made(self, transport):
        transport.abort()


class Server(SMTP):
    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"


class MailServer:
    def __init__(self, args, mailbox, dials):
        self.args, self.dials = args, dials
        self.session = Session(args, mailbox, dials)
        self.tls = mail_tls.server_context(args.tls_dir)

    def accept(self):
        if self.dials["down"]:
            self.session.write_fault("down")
            return ClosedDoor()
        return Server(self.session, data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, hostname="localhost",
                      ident="Motcua mail simulator", tls_context=self.tls, require_starttls=True,
                      auth_required=True, authenticator=self.session.authenticate)

    async def run(self, app):
        """Lives as long as the control application does."""
        server = await asyncio.get_running_loop().create_server(self.accept, *self.args.listen)
        app["ready"]["listen"] = simlib.show_address(server.sockets[0].getsockname())
        yield
        server.close()
        await server.wait_closed()


class MailRoutes:
    def __init__(self, mailbox):
        self.mailbox = mailbox

    async def list_mails(self, request):
        return simlib.reply({"mails": list(self.find(request))})

    async def count_mails(self, request):
        if not request.query:
            return self.reply_count(self.mailbox.count, self.mailbox.repeats)
        found = list(self.find(request))
        return self.reply_count(len(found), sum(mail["repeat"] for mail in found))

    def find(self, request):
        return self.mailbox.find(request.query.get("to", ""), request.query.get("code", ""))

    @staticmethod
    def reply_count(count, repeats):
        return simlib.reply({"count": count, "repeats": repeats})


def parse_arguments():
    parser = simlib.argument_parser(__doc__)
    parser.add_argument("--control", type=simlib.loopback, required=True, metavar="HOST:PORT")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--tls-dir", required=True)
    return parser.parse_args()


def main():
    args = parse_arguments()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    ledger, dials = simlib.Ledger(args.ledger, args.fsync), simlib.Dials(**DIALS)
    mailbox = Mailbox(ledger)
    server, routes = MailServer(args, mailbox, dials), MailRoutes(mailbox)
    app = simlib.make_app("mail", ledger, dials)
    app.cleanup_ctx.append(server.run)
    app.add_routes([web.get("/mails", routes.list_mails), web.get("/mails/count", routes.count_mails)])
    simlib.run(app, args.control, "control")


if __name__ == "__main__":
    main()
