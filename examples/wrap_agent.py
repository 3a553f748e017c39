#!/usr/bin/env python3
"""Wraps a program's tool calls with `plangate intercept`: python3 examples/wrap_agent.py (plangate on PATH)."""
import json
import subprocess

gate = subprocess.Popen(["plangate", "intercept"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def call(tool, run, reason="", **args):
    """Asks plangate about one tool call and runs it with `run(args)` only when it may run."""
    gate.stdin.write(json.dumps({"id": tool, "tool": tool, "args": args, "reason": reason}) + "\n")
    gate.stdin.flush()
    reply = json.loads(gate.stdout.readline() or '{"decision": "denied", "message": "plangate is gone"}')
    if reply["decision"] == "allow":
        result = run(reply.get("rewrite", args))  # a read of a queued file is pointed at a copy of what it will be
        return f"{reply['message']}\n{result}".lstrip()  # the message is plangate's news for the model
    return reply["message"]  # queued or denied: the model reads this as the tool's result, and nothing was written


print(call("write_file", lambda a: open(a["path"], "w").write(a["content"]), "say hello",
           path="hello.txt", content="hello\n"))
print(call("read_file", lambda a: open(a["path"]).read(), path="hello.txt"))
gate.stdin.close()
gate.wait()
