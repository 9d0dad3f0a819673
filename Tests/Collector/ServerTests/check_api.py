"""Asks the HTTP API for everything that its description promises, and judges the answers by it.

usage: check_api.py SOURCES SUPPORT ADDRESS AUTHORITIES TOKEN NAME=VALUE...

SOURCES holds the schemas, SUPPORT the code that reads them, NAME=VALUE fills paths such as /gateways/{gateway}; a path
with a name that nothing fills has to be answered with 404. Prints a line for each fault, or 'right'.
"""

import json
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

sources, support, address, authorities, token = sys.argv[1:6]
sys.path.insert(0, support)
import schemas  # noqa: E402

import jsonschema  # noqa: E402

values = dict(pair.split("=", 1) for pair in sys.argv[6:])
context = ssl.create_default_context(cafile=authorities)
faults = []


def ask(path, method="GET", bearer=token, body=None, first=False):
    """Returns the status, the type and the body of an answer; of an endless one the first event."""
    headers = {"Authorization": "Bearer " + bearer} if bearer else {}
    request = urllib.request.Request(address + path, data=body, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, context=context, timeout=60) as answer:
            if first:
                lines = []
                while not lines or lines[-1] != "":
                    lines.append(answer.readline().decode().rstrip("\n"))
                text = "\n".join(line[6:] for line in lines if line.startswith("data: "))
                return answer.status, answer.headers["Content-Type"], text
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read().decode()


status, kind, text = ask("/api/v1/openapi.json", bearer=None)
api = json.loads(text)
assert status == 200 and kind == "application/json" and api["openapi"] == "3.1.0", status
known = schemas.known(sources)


def judge(what, text, schema):
    whole = {"$id": "https://kadomori.example/openapi.json", "components": api["components"], **schema}
    jsonschema.Draft202012Validator.check_schema(whole)
    try:
        document = json.loads(text)
    except ValueError as error:
        faults.append("%s is no JSON: %s" % (what, error))
        return
    for fault in list(schemas.validator(whole, known).iter_errors(document))[:3]:
        faults.append("%s: %s %s" % (what, fault.json_path, fault.message[:300]))


def judge_fault(what, expected, answer):
    if answer[0] != expected:
        faults.append("%s: %d, not %d" % (what, answer[0], expected))
    judge(what, answer[2], {"$ref": "#/components/schemas/fault"})


names = set()
for path, methods in api["paths"].items():
    for method, operation in methods.items():
        if operation["operationId"] in names:
            faults.append("two operations are named " + operation["operationId"])
        names.add(operation["operationId"])
    filled, is_known = path, True
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        is_known = is_known and name in values
        filled = filled.replace("{%s}" % name, urllib.parse.quote(values.get(name, "none"), safe=""))
    filled = "/api/v1" + filled
    judge_fault("%s without a token" % path, 401, ask(filled, bearer=None))
    judge_fault("%s with PATCH" % path, 405, ask(filled, method="PATCH")) if is_known else None
    if "get" not in methods:
        continue
    if not is_known:
        judge_fault(path, 404, ask(filled))
        continue
    ((kind, content),) = methods["get"]["responses"]["200"]["content"].items()
    if kind == "text/event-stream":
        status, got, text = ask(filled, first=True)
        content = api["paths"]["/regions"]["get"]["responses"]["200"]["content"]["application/json"]
    else:
        status, got, text = ask(filled)
    if status != 200 or got != kind:
        faults.append("%s: %d %s %s" % (path, status, got, text[:200]))
    else:
        judge(path, text, content["schema"])
    for parameter in methods["get"].get("parameters", []):
        for value in parameter["schema"].get("enum", []):
            status, _, text = ask("%s?%s=%s" % (filled, parameter["name"], value))
            if status != 200:
                faults.append("%s?%s=%s: %d" % (path, parameter["name"], value, status))
judge_fault("an unknown path", 404, ask("/api/v1/none"))

# What may be changed, by the same description.
finding = "/api/v1/gateways/%s/findings/%s" % (values["gateway"], urllib.parse.quote(values["finding"], safe=""))
one = api["paths"]["/gateways/{gateway}/findings/{finding}"]["get"]["responses"]["200"]["content"]["application/json"]
decision = json.dumps({"kind": "muted", "reason": "<b>a reason</b>", "until": values["until"]}).encode()
for path, method, body in ((finding + "/decision", "PUT", decision), (finding + "/decision", "DELETE", None),
                           (finding + "/steps", "POST", json.dumps({"step": "notified"}).encode())):
    status, _, text = ask(path, method=method, body=body)
    if status != 200:
        faults.append("%s %s: %d %s" % (method, path, status, text[:200]))
    else:
        judge("%s %s" % (method, path), text, one["schema"])
judge_fault("a step that is none", 422, ask(finding + "/steps", method="POST", body=b'{"step": "closed"}'))
print("\n".join(faults[:40]) if faults else "right")
