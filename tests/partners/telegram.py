#!/usr/bin/env python3
"""Telegram's Bot API. Texts are parsed by TDLib, which is Telegram's own parser, so a text it takes is a text Telegram takes.

    .venv/bin/python telegram.py [--port PORT] [CHAT_ID ...]

Prints one line {"port", "url", "token", "chats"}; give `url` to the bot as its API address. Stops on SIGTERM, SIGINT, or when
its standard input closes. The tests' own switches:

    GET    /_rollcall/log        every call: {"method", "request", "response"}
    GET    /_rollcall/messages   the messages as they stand now, by chat and number
    DELETE /_rollcall/log
    POST   /_rollcall/fail-next  {"error": one of ERRORS, or {"error_code", "description", "parameters"},
                                  "method", "chat_id", "times": 1, "after": false}
                                 `after`: the message is sent all the same, as when an answer gets lost
    POST   /_rollcall/push       an update for getUpdates
"""

import argparse
import email
import email.policy
import json
import re
import threading
import time
from urllib.parse import parse_qsl, urlsplit

from process import JsonHandler, Server, run_until_stopped
from telegram_text import Refused, bad, parsed, quiet

TOKEN = "123456:TEST"
SUPERGROUP, PERSON = -1001234567890, 42
BOT = {"id": 123456, "is_bot": True, "first_name": "Rollcall", "username": "rollcall_bot"}
ABOUT_BOT = {
    **BOT,
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
    "can_connect_to_business": False,
    "has_main_web_app": False,
}

# What Telegram says, word for word.
ERRORS = {
    "flood": (429, "Too Many Requests: retry after 2", {"retry_after": 2}),
    "kicked": (403, "Forbidden: bot was kicked from the supergroup chat", None),
    "blocked": (403, "Forbidden: bot was blocked by the user", None),
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": SUPERGROUP}),
    "not-found": (400, "Bad Request: chat not found", None),
    "no-rights": (400, "Bad Request: not enough rights to send text messages to the chat", None),
    "no-thread": (400, "Bad Request: message thread not found", None),
    "down": (502, "Bad Gateway", None),
}


class Api:
    """The state of one bot: its chats, its messages and what it was told."""

    def __init__(self, chats):
        self.chats = {chat: self.describe(chat) for chat in chats}
        self.messages, self.log, self.faults, self.updates = {}, [], [], []
        self.lock = threading.Lock()
        self.last_message = 0

    @staticmethod
    def describe(chat):
        if chat > 0:
            return {"id": chat, "type": "private", "first_name": "Person"}
        if str(chat).startswith("-100"):
            return {"id": chat, "type": "supergroup", "title": "Rollouts", "is_forum": True}
        return {"id": chat, "type": "group", "title": "Small group"}

    def call(self, method, request):
        """One call of the API: its HTTP status and its answer. Calls are taken one by one, but getUpdates may wait."""
        perform = getattr(self, f"do_{method}", None)
        if method == "getupdates":
            return 200, {"ok": True, "result": perform(request)}
        with self.lock:
            try:
                fault = self.fault_for(method, request)
                if fault and not fault.get("after"):
                    raise Refused(*fault["error"])
                if perform is None:
                    raise Refused(404, "Not Found")
                answer = {"ok": True, "result": perform(request)}
                if fault:
                    raise Refused(*fault["error"])
            except Refused as refused:
                answer = refused.body
            self.log.append({"method": method, "request": request, "response": answer})
        return answer.get("error_code", 200), answer

    def fail_next(self, fault):
        error = fault["error"]
        if isinstance(error, dict):
            error = (error["error_code"], error["description"], error.get("parameters"))
        self.faults.append({"times": 1, **fault, "error": ERRORS.get(error, error) if isinstance(error, str) else error})

    def fault_for(self, method, request):
        for fault in self.faults:
            wanted = fault.get("method", method).lower() == method and fault.get("chat_id", request.get("chat_id")) == request.get("chat_id")
            if wanted and fault["times"] > 0:
                fault["times"] -= 1
                return fault
        return None

    def chat(self, request):
        try:
            return self.chats[int(request.get("chat_id"))]
        except (KeyError, TypeError, ValueError):
            raise bad("chat not found" if request.get("chat_id") else "chat_id is empty") from None

    def message(self, request, what):
        key = (self.chat(request)["id"], int(request.get("message_id") or 0))
        if key not in self.messages:
            raise bad(f"message to {what} not found")
        return self.messages[key]

    @staticmethod
    def text(request):
        text, entities = parsed(request.get("text") or "", request.get("parse_mode"), 4096, "message")
        if not text.strip():
            raise bad("message text is empty")
        return text.strip(), entities

    @staticmethod
    def keyboard(request):
        markup = request.get("reply_markup") or {}
        for row in markup.get("inline_keyboard", []):
            for button in row:
                if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= 64:
                    raise bad("BUTTON_DATA_INVALID")
        return {"reply_markup": markup} if "inline_keyboard" in markup else {}

    def sent(self, request, content):
        self.last_message += 1
        message = {"message_id": self.last_message, "from": BOT, "chat": self.chat(request), "date": int(time.time()), **content, **self.keyboard(request)}
        if thread := request.get("message_thread_id"):
            message |= {"message_thread_id": int(thread), "is_topic_message": True}
        self.messages[(message["chat"]["id"], message["message_id"])] = message
        return message

    def do_getme(self, _):
        return ABOUT_BOT

    def do_getchat(self, request):
        gifts = dict.fromkeys(["unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"], True)
        return {**self.chat(request), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}

    def do_sendmessage(self, request):
        self.chat(request)
        text, entities = self.text(request)
        return self.sent(request, {"text": text, **({"entities": entities} if entities else {})})

    def do_editmessagetext(self, request):
        message = self.message(request, "edit")
        text, entities = self.text(request)
        keyboard = self.keyboard(request)
        if (text, entities, keyboard.get("reply_markup")) == (message.get("text"), message.get("entities", []), message.get("reply_markup")):
            raise bad("message is not modified: specified new message content and reply markup are exactly the same as a current "
                      "content and reply markup of the message")
        message.pop("reply_markup", None)
        message.update({"text": text, "entities": entities, "edit_date": int(time.time()), **keyboard})
        return message

    def do_senddocument(self, request):
        file = request.get("document")
        caption, entities = parsed(request.get("caption") or "", request.get("parse_mode"), 1024, "message caption")
        if not isinstance(file, dict):
            raise bad("there is no document in the request")
        name = f"F{self.last_message + 1}"
        about = {"file_id": name, "file_unique_id": name, "file_name": file["name"], "mime_type": file["type"], "file_size": file["size"]}
        return self.sent(request, {"caption": caption, "caption_entities": entities, "document": about})

    def do_deletemessage(self, request):
        message = self.message(request, "delete")
        del self.messages[(message["chat"]["id"], message["message_id"])]
        return True

    def do_pinchatmessage(self, request):
        return bool(self.message(request, "pin"))

    def do_unpinchatmessage(self, request):
        return bool(self.chat(request))

    def do_setmessagereaction(self, request):
        return bool(self.message(request, "react"))

    def do_answercallbackquery(self, _):
        return True

    do_setmycommands = do_setwebhook = do_deletewebhook = do_answercallbackquery

    def do_getupdates(self, request):
        """Waits for updates as long as asked, though never beyond five seconds."""
        until = time.monotonic() + min(int(request.get("timeout") or 0), 5)
        while True:
            self.updates = [each for each in self.updates if each["update_id"] >= int(request.get("offset") or 0)]
            if self.updates or time.monotonic() >= until:
                return self.updates[: int(request.get("limit") or 100)]
            time.sleep(0.05)

    def push(self, update):
        self.updates.append({"update_id": 1000 + len(self.log) + len(self.updates), **update})


def multipart(content_type, raw):
    """The fields of a form with files; a value `attach://NAME` stands for the part NAME."""
    message = email.message_from_bytes(b"content-type: " + content_type.encode() + b"\r\n\r\n" + raw, policy=email.policy.default)
    fields = {}
    for part in message.iter_parts():
        name, data = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
        if part.get_filename():
            fields[name] = {"name": part.get_filename(), "type": part.get_content_type(), "size": len(data), "data": data.decode("utf-8", "replace")}
        else:
            fields[name] = json.loads(data) if data[:1] in (b"[", b"{") or name.endswith("_id") else data.decode()
    for name, value in list(fields.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            fields[name] = fields.pop(value.removeprefix("attach://"))
    return fields


class Handler(JsonHandler):
    api: Api

    def fields(self):
        kind, raw = self.headers.get("content-type", ""), self.raw_body()
        if kind.startswith("multipart/"):
            return multipart(kind, raw)
        return json.loads(raw) if raw else dict(parse_qsl(urlsplit(self.path).query))

    def handle_any(self):
        path, request = urlsplit(self.path).path, self.fields()
        if path.startswith("/_rollcall/"):
            return self.control(f"{self.command} {path.removeprefix('/_rollcall/')}", request)
        found = re.fullmatch(r"/bot([^/]+)/(\w+)/?", path)
        if not found:
            return self.answer(Refused(404, "Not Found").body, 404)
        if found[1] != TOKEN:
            return self.answer(Refused(401, "Unauthorized").body, 401)
        status, answer = self.api.call(found[2].lower(), request)
        return self.answer(answer, status)

    do_GET = do_POST = do_DELETE = handle_any

    def control(self, switch, request):
        switches = {
            "GET log": lambda: self.api.log,
            "GET messages": lambda: list(self.api.messages.values()),
            "DELETE log": self.api.log.clear,
            "POST fail-next": lambda: self.api.fail_next(request),
            "POST push": lambda: self.api.push(request),
        }
        if switch not in switches:
            return self.answer({"message": f"no such switch: {switch}"}, 404)
        return self.answer(switches[switch]())


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("chats", type=int, nargs="*", default=[SUPERGROUP, PERSON], metavar="CHAT_ID")
    given = arguments.parse_args()
    quiet()
    Handler.api = Api(given.chats)
    server = Server(("127.0.0.1", given.port), Handler)
    port = server.server_address[1]
    run_until_stopped({"port": port, "url": f"http://127.0.0.1:{port}", "token": TOKEN, "chats": given.chats}, server)


main()
