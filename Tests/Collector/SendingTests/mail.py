"""A real mail server (aiosmtpd) on loopback that behaves as it is told: mail.py PORT-FILE LOG MODE [CERTIFICATE KEY].

It writes its port into a file, and every message it has accepted as a line of JSON into a log. Modes: accept, refuse (550
for every recipient), later (451), full (552 after the message), die (ends the process when it has the message, before it
answers), hang (never answers then), plain (offers no STARTTLS), password (wants AUTH PLAIN of anna and secret).
"""
import asyncio, email, email.policy, json, os, socket, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

place, log, mode = sys.argv[1:4]
context = None
if len(sys.argv) > 4:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if mode == "refuse":
            return "550 5.1.1 no such mailbox"
        if mode == "later":
            return "451 4.7.1 come back in a while"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        with open(log, "a") as lines:
            lines.write(json.dumps({
                "to": envelope.rcpt_tos, "from": envelope.mail_from, "subject": message["Subject"], "id": message["Message-ID"],
                "auto": message["Auto-Submitted"], "text": message.get_content(), "tls": session.ssl is not None,
                "user": session.auth_data.login.decode() if session.auth_data else None,
                "ascii": all(byte < 128 for byte in envelope.content)}) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
        if mode == "die":
            os._exit(0)
        if mode == "hang":
            await asyncio.Event().wait()
        return "552 5.2.2 mailbox full" if mode == "full" else "250 2.0.0 taken"


def authenticate(server, session, envelope, mechanism, data):
    right = mechanism == "PLAIN" and data.login == b"anna" and data.password == b"secret"
    return AuthResult(success=right, handled=True, auth_data=data if right else None)


class Server(Controller):
    def factory(self):
        return SMTP(
            self.handler, hostname="mail.test", tls_context=context if mode != "plain" else None,
            authenticator=authenticate if mode == "password" else None, auth_required=mode == "password",
            auth_require_tls=True)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)


async def main():
    loop = asyncio.get_running_loop()
    server = Server(Handler(), hostname="127.0.0.1")
    await loop.create_server(server.factory, sock=listener)
    with open(place + ".new", "w") as file:
        file.write(str(listener.getsockname()[1]))
    os.rename(place + ".new", place)
    await asyncio.Event().wait()

asyncio.run(main())
