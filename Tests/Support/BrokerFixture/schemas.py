"""Reads schemas that refer to each other, with any version of PyPI's jsonschema from 4.0 on: Debian 12 has 4.10."""

import json
import pathlib

import jsonschema

try:
    import referencing
except ImportError:  # before jsonschema 4.18
    referencing = None


def read(folder):
    """Returns a validator for every schema below the folder, by the name of its file."""
    files = sorted(pathlib.Path(folder).rglob("*.schema.json"))
    schemas = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in files}
    by_id = {schema["$id"]: schema for schema in schemas.values() if "$id" in schema}
    if referencing:
        registry = referencing.Registry().with_resources(
            (name, referencing.Resource.from_contents(schema)) for name, schema in by_id.items()
        )
        return {
            name: jsonschema.Draft202012Validator(schema, registry=registry) for name, schema in schemas.items()
        }
    return {
        name: jsonschema.Draft202012Validator(
            schema, resolver=jsonschema.RefResolver(schema.get("$id", ""), schema, by_id)
        )
        for name, schema in schemas.items()
    }
