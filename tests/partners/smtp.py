#!/usr/bin/env python3
"""A mail server that takes nothing without STARTTLS and a password, and shows what it was sent.

    .venv/bin/python smtp.py [--port PORT] [--certificates FOLDER]

Makes an authority and a certificate for `localhost` and 127.0.0.1 at the start, unless FOLDER holds them. Prints one line
{"port", "url", "ca", "user", "password"}: `port` is SMTP's, `url` the address of the switches, `ca` the authority to trust.
Stops on SIGTERM, SIGINT, or when its standard input closes. The switches:

    GET    /mails     every mail: envelope, TLS, user, headers, tree of parts, raw text
    GET    /log       every RCPT and DATA with its answer
    DELETE /mails     forgets mails, log and switches
    POST   /switches  what to do from now on, {} for nothing: {"greylist": 2}       451 to the first two tries of a recipient
                      {"rcpt": {"who@example.org": "550 5.1.1 No such user"}}     the answer to a recipient
                      {"data": "452 4.3.1 Insufficient system storage"}           the answer to a mail
                      {"after": "421 4.3.2 Shutting down"}                        the mail is kept, and then answered so
                      {"hang": 30}                                                seconds before an answer to a mail
"""

import argparse
import asyncio
import email
import email.policy
import json
import logging
import ssl
import subprocess
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from process import JsonHandler, Server, free_port, run_until_stopped

USER, PASSWORD = "rollcall", "a password for tests only"


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


def make_certificates(folder):
    """An authority, and a server's certificate that is not itself an authority: rustls refuses those."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key, key, request, certificate = (folder / name for name in ("ca.pem", "ca.key", "server.key", "server.csr", "server.pem"))
    extensions = folder / "server.ext"
    extensions.write_text("basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *new_key, "-keyout", ca_key, "-out", ca, "-days", 2, "-subj", "/CN=Authority for tests",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost")
    openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", 2, "-extfile", extensions, "-out", certificate)


def part_tree(part):
    """One part of a mail with its own parts."""
    kind = part["content-type"]
    tree = {
        "type": part.get_content_type(),
        "params": dict(kind.params) if kind else {},
        "disposition": part.get_content_disposition(),
        "filename": part.get_filename(),
        "encoding": part["content-transfer-encoding"],
    }
    if part.is_multipart():
        return {**tree, "parts": [part_tree(each) for each in part.iter_parts()]}
    return {**tree, "content": part.get_payload(decode=True).decode("utf-8", "replace")}


class Mailbox:
    """aiosmtpd's handler: takes mails, or refuses them as the switches say."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.mails, self.log, self.switches, self.tries = [], [], {}, {}

    def switch(self, switches):
        self.switches, self.tries = switches, {}

    def said(self, command, about, answer):
        self.log.append({"command": command, "about": about, "answer": answer})
        return answer

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        tries = self.tries[address] = self.tries.get(address, 0) + 1
        if tries <= self.switches.get("greylist", 0):
            return self.said("RCPT", address, "451 4.7.1 Greylisted, try again later")
        refusal = self.switches.get("rcpt", {}).get(address)
        if refusal:
            return self.said("RCPT", address, refusal)
        envelope.rcpt_tos.append(address)
        return self.said("RCPT", address, "250 2.1.5 OK")

    async def handle_DATA(self, _server, session, envelope):
        await asyncio.sleep(self.switches.get("hang", 0))
        if "data" in self.switches:
            return self.said("DATA", envelope.rcpt_tos, self.switches["data"])
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append({
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "tls": session.ssl is not None,
            "user": session.auth_data and session.auth_data.login.decode(),
            "headers": [[name, str(value)] for name, value in message.items()],
            "body": part_tree(message),
            "raw": envelope.content.decode("utf-8", "replace"),
        })
        return self.said("DATA", envelope.rcpt_tos, self.switches.get("after", f"250 2.0.0 Queued as {len(self.mails)}"))


def authenticate(_server, _session, _envelope, _mechanism, given):
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False, auth_data=given if known else None)


class Handler(JsonHandler):
    mailbox: Mailbox

    def handle_any(self):
        actions = {
            "GET /mails": lambda _: self.mailbox.mails,
            "GET /log": lambda _: self.mailbox.log,
            "DELETE /mails": lambda _: self.mailbox.forget(),
            "POST /switches": lambda body: self.mailbox.switch(json.loads(body)),
        }
        body, action = self.raw_body(), actions.get(f"{self.command} {self.path}")
        if action is None:
            return self.answer({"message": f"no such switch: {self.command} {self.path}"}, 404)
        return self.answer(action(body))

    do_GET = do_POST = do_DELETE = handle_any


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--certificates", type=Path, help="where they are kept; a temporary folder otherwise")
    given = arguments.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    temporary = tempfile.TemporaryDirectory(prefix="rollcall-smtp-")
    folder = given.certificates or Path(temporary.name)
    if not (folder / "ca.pem").exists():
        make_certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    mailbox = Handler.mailbox = Mailbox()
    port = given.port or free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True,
                            auth_required=True, authenticator=authenticate, enable_SMTPUTF8=True)
    controller.start()
    server = Server(("127.0.0.1", 0), Handler)
    run_until_stopped({
        "port": port,
        "url": f"http://127.0.0.1:{server.server_address[1]}",
        "ca": str(folder / "ca.pem"), "user": USER, "password": PASSWORD,
    }, server, temporary.cleanup)


main()
