"""Says which messages of a broker do not keep the contract, by its AsyncAPI document and schemas.

usage: check_messages.py SCHEMAS MESSAGES

MESSAGES has a line for each message, TOPIC and the payload in hexadecimal. Prints a line for each that breaks
the contract, and last how many were judged.
"""

import base64
import json
import pathlib
import re
import sys

import schemas

folder = pathlib.Path(sys.argv[1])
api = json.loads((folder / "asyncapi.json").read_text(encoding="utf-8"))
validators = schemas.read(folder)


def resolve(reference):
    node = api
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


channels = []
for channel in api["channels"].values():
    pattern = "".join(
        f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part)
        for part in re.split(r"(\{\w+\})", channel["address"])
    )
    names = [resolve(message["$ref"])["payload"]["schema"]["$ref"] for message in channel["messages"].values()]
    channels.append((pattern.count("(?P<"), re.compile(pattern), names))
# The channel that leaves least open comes first: evt/finding before evt/{type}.
channels.sort(key=lambda channel: channel[0])


def faults(topic, payload):
    found = next(((match, names) for _, pattern, names in channels if (match := pattern.fullmatch(topic))), None)
    if found is None:
        yield "no channel of the AsyncAPI document"
        return
    match, names = found
    if not payload:
        # What a gateway or the collector withdraws for who comes later.
        if "/twin/" not in topic and not re.match("kadomori/v1/isp/.*/(status|posture)$", topic):
            yield "an empty payload"
        return
    try:
        message = json.loads(payload)
    except ValueError as error:
        yield f"not JSON: {error}"
        return
    for name in names:
        for error in validators[name].iter_errors(message):
            yield f"{name}: {'.'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}"
        signed = name.removesuffix(".schema.json")
        if signed in ("command", "policy", "profiles"):
            document = json.loads(base64.b64decode(message[signed], validate=True))
            for error in validators[f"{signed}-document.schema.json"].iter_errors(document):
                yield f"{signed}-document.schema.json: {error.message[:200]}"
    facts = match.groupdict()
    if "gateway" in facts and isinstance(message, dict) and message.get("gateway", facts["gateway"]) != facts["gateway"]:
        yield "the envelope names another gateway"


count = 0
for line in pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").splitlines():
    topic, _, text = line.partition(" ")
    if topic.startswith("kadomori-tap/"):
        continue
    count += 1
    for fault in faults(topic, bytes.fromhex(text)):
        print(f"{topic}: {fault}")
print(f"judged {count}")
