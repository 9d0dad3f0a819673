"""Says what of a document breaks its schema.

usage: check_document.py FOLDER NAME DOCUMENT

FOLDER holds the schemas, NAME.schema.json is the one to judge by. Prints a line for each fault, or 'right'.
"""

import json
import sys

import jsonschema
import schemas

validator = schemas.read(sys.argv[1])[sys.argv[2] + ".schema.json"]
jsonschema.Draft202012Validator.check_schema(validator.schema)
with open(sys.argv[3], encoding="utf-8") as file:
    document = json.load(file)
faults = list(validator.iter_errors(document))
for fault in faults[:5]:
    print(fault.json_path, fault.message[:300])
if not faults:
    print("right")
