#!/usr/bin/env python3
"""A model that says what a script tells it to, for real agents to talk to on loopback.

    model_server.py SCRIPT.json LOG.jsonl

Prints `listening http://127.0.0.1:PORT` and serves until its standard input closes, so that it never outlives the
test that started it. Standard library only.

The script is a list of scenes:

    {"scenes": [{"prompt": "write the notes",
                 "turns": [{"text": "First the file.", "tools": [{"name": "Write", "input": {...}}]},
                           {"text": "Done."}]}]}

A scene belongs to the conversation in which its `prompt` was said by the user; a subagent's conversation begins with
the prompt that its parent gave it, so a subagent is a scene like any other. Of several, the one said last counts.
The turn is the number of answers that the model has given since. Nothing is remembered between requests: a retried
request gets the same answer, and a resumed session goes on where it was. After the last turn the model says
`UNSCRIPTED` and the log has `"scene": null`. A text `FOUND:REGEX` of a tool's input stands for what the user said last
that fits.

Every request becomes one line of the log: {"path", "scene", "turn", "body"}.
"""

import json
import re
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

UNSCRIPTED = {"text": "UNSCRIPTED"}


# --- the script: knows conversations, not protocols ---------------------------------------------------------------


@dataclass
class Message:
    """Who spoke, and what a person or a host wrote; results of tools are not in `text`."""

    role: str
    text: str


@dataclass
class Conversation:
    """What a model is asked to go on with. Hosts also ask for titles and summaries: those offer no tools."""

    messages: list = field(default_factory=list)
    offers_tools: bool = False


class Script:
    """Chooses what the model says next."""

    def __init__(self, document):
        self.scenes = document["scenes"]

    def next(self, conversation):
        """Returns (scene's prompt or None, number of the turn, the turn)."""
        if not conversation.offers_tools:
            return None, 0, {"text": "A title"}
        spoken = [(self.last_said(scene, conversation), scene) for scene in self.scenes]
        at, scene = max(spoken, key=lambda pair: pair[0], default=(-1, None))
        if at < 0:
            return None, 0, UNSCRIPTED
        turn = sum(message.role == "assistant" for message in conversation.messages[at:])
        if turn >= len(scene["turns"]):
            return None, turn, UNSCRIPTED
        return scene["prompt"], turn, self.filled(scene["turns"][turn], conversation)

    @classmethod
    def filled(cls, value, conversation):
        if isinstance(value, dict):
            return {key: cls.filled(inner, conversation) for key, inner in value.items()}
        if isinstance(value, list):
            return [cls.filled(inner, conversation) for inner in value]
        if isinstance(value, str) and value.startswith("FOUND:"):
            said = "\n".join(message.text for message in conversation.messages if message.role == "user")
            return (re.findall(value.removeprefix("FOUND:"), said) or ["NOT FOUND"])[-1]
        return value

    @staticmethod
    def last_said(scene, conversation):
        found = -1
        for at, message in enumerate(conversation.messages):
            if message.role == "user" and scene["prompt"] in message.text:
                found = at
        return found


# --- protocols: bytes to conversations, turns to bytes ------------------------------------------------------------


class AnthropicMessages:
    """`POST /v1/messages`, streaming and whole, and `POST /v1/messages/count_tokens`."""

    path = "/v1/messages"
    ids = count(1)

    @classmethod
    def conversation(cls, body):
        messages = [Message(m["role"], cls.text_of(m["content"])) for m in body.get("messages", [])]
        return Conversation(messages, bool(body.get("tools")))

    @staticmethod
    def text_of(content):
        if isinstance(content, str):
            return content
        return "\n".join(block["text"] for block in content if block.get("type") == "text")

    @classmethod
    def answer(cls, path, body, turn):
        """Returns (content type, bytes)."""
        if path.endswith("/count_tokens"):
            return "application/json", json.dumps({"input_tokens": len(json.dumps(body)) // 4}).encode()
        message = cls.message(body, turn)
        if body.get("stream"):
            return "text/event-stream", b"".join(cls.events(message))
        return "application/json", json.dumps(message).encode()

    @classmethod
    def message(cls, body, turn):
        blocks = [{"type": "text", "text": turn["text"]}] if turn.get("text") else []
        for tool in turn.get("tools", []):
            name = f"toolu_{next(cls.ids):08}"
            blocks.append({"type": "tool_use", "id": name, "name": tool["name"], "input": tool["input"]})
        return {
            "id": f"msg_{next(cls.ids):08}",
            "type": "message",
            "role": "assistant",
            "model": body.get("model", "scripted"),
            "content": blocks,
            "stop_reason": "tool_use" if turn.get("tools") else "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 10, "output_tokens": 10},
        }

    @classmethod
    def events(cls, message):
        head = dict(message, content=[], stop_reason=None)
        yield cls.event("message_start", message=head)
        for index, block in enumerate(message["content"]):
            if block["type"] == "text":
                start, delta = dict(block, text=""), {"type": "text_delta", "text": block["text"]}
            else:
                start = dict(block, input={})
                delta = {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}
            yield cls.event("content_block_start", index=index, content_block=start)
            yield cls.event("content_block_delta", index=index, delta=delta)
            yield cls.event("content_block_stop", index=index)
        ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
        yield cls.event("message_delta", delta=ending, usage=message["usage"])
        yield cls.event("message_stop")

    @staticmethod
    def event(kind, **fields):
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()


PROTOCOLS = [AnthropicMessages]


# --- the server ---------------------------------------------------------------------------------------------------


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        path = self.path.split("?")[0]
        protocol = next((p for p in PROTOCOLS if path.startswith(p.path)), None)
        if protocol is None:
            self.server.log(path, None, None, body)
            return self.reply(404, "application/json", b'{"type":"error","error":{"type":"not_found_error","message":"no such endpoint"}}')
        scene, number, turn = self.server.script.next(protocol.conversation(body))
        self.server.log(path, scene, number, body)
        self.reply(200, *protocol.answer(path, body, turn))

    def do_GET(self):
        self.reply(404, "application/json", b"{}")

    def do_HEAD(self):
        self.reply(200, "application/json", b"")

    def reply(self, status, content_type, content):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """The log file tells more than the usual line on standard error."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, script, log):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.log_file, self.lock = script, log, threading.Lock()

    def log(self, path, scene, turn, body):
        with self.lock:
            self.log_file.write(json.dumps({"path": path, "scene": scene, "turn": turn, "body": body}) + "\n")
            self.log_file.flush()


def main():
    script_path, log_path = sys.argv[1:]
    with open(script_path, encoding="utf-8") as script, open(log_path, "a", encoding="utf-8") as log:
        server = Server(Script(json.load(script)), log)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"listening http://127.0.0.1:{server.server_port}", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
