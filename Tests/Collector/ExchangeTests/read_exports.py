"""Reads an export with the tool it is meant for, and prints what that tool understood.

usage: read_exports.py xarf|intelmq|shadowserver|prometheus FILE

Prints one JSON object for each report or event. Exits with 77 where the tool is not installed.
"""

import json
import sys

kind, path = sys.argv[1:]
try:
    if kind == "xarf":
        import xarf
    elif kind == "prometheus":
        from prometheus_client.parser import text_string_to_metric_families
    else:
        import intelmq
except ImportError as error:
    print(error)
    sys.exit(77)

with open(path, encoding="utf-8", newline="") as file:
    text = file.read()

if kind == "xarf":
    for line in text.splitlines():
        result = xarf.parse(line)
        print(json.dumps({
            "errors": [str(error) for error in result.errors],
            "warnings": [str(warning) for warning in result.warnings],
            "report": result.report.model_dump(mode="json") if result.report else None,
        }))
elif kind == "prometheus":
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            print(json.dumps({"name": sample.name, "labels": sample.labels, "value": sample.value}))
elif kind == "intelmq":
    import os
    from intelmq.lib.message import MessageFactory
    from intelmq.lib.utils import load_configuration
    harmonization = load_configuration(
        os.path.join(os.path.dirname(intelmq.__file__), "etc", "harmonization.conf"))
    for line in text.splitlines():
        event = MessageFactory.unserialize(line, harmonization=harmonization)
        print(json.dumps(event.to_dict(with_type=True), default=str))
else:
    # IntelMQ's parser itself, with the schema that comes with it; the whole one is fetched by IntelMQ at run time.
    import base64
    import logging
    import os
    from intelmq.bots.parsers.shadowserver import _config
    from intelmq.bots.parsers.shadowserver.parser import ShadowserverParserBot
    from intelmq.lib.message import MessageFactory
    from intelmq.lib.utils import load_configuration
    harmonization = load_configuration(
        os.path.join(os.path.dirname(intelmq.__file__), "etc", "harmonization.conf"))
    bot = ShadowserverParserBot.__new__(ShadowserverParserBot)
    bot.logger = logging.getLogger("shadowserver")
    bot._harmonization = harmonization
    bot.test_mode = True
    bot.init()
    report = MessageFactory.from_dict(
        {
            "__type": "Report",
            "raw": base64.b64encode(text.encode()).decode(),
            "extra.file_name": os.path.basename(path).replace("scan_", "test_"),
        },
        harmonization=harmonization)
    for row in bot.parse(report):
        for event in bot.parse_line(row, report):
            print(json.dumps(event.to_dict(with_type=True), default=str))
