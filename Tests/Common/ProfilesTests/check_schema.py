"""Second opinion on profiles: PyYAML and jsonschema instead of our own reader.

usage: check_schema.py SCHEMA FILE...   prints one line a file: ok|bad NAME
"""

import json
import pathlib
import sys

import jsonschema
import yaml

schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for name in sys.argv[2:]:
    path = pathlib.Path(name)
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        fits = validator.is_valid(document)
    except yaml.YAMLError:
        fits = False
    print("ok" if fits else "bad", path.name)
