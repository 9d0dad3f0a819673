"""Reads schemas that refer to each other, with any version of PyPI's jsonschema from 4.0 on: Debian 12 has 4.10."""

import json
import pathlib

import jsonschema

try:
    import referencing
except ImportError:  # before jsonschema 4.18
    referencing = None


def known(folder):
    """Returns every schema below the folder, by the name of its file."""
    files = sorted(pathlib.Path(folder).rglob("*.schema.json"))
    return {file.name: json.loads(file.read_text(encoding="utf-8")) for file in files}


def validator(schema, schemas):
    """Returns a validator for a schema that may refer to all of those that are known."""
    by_id = {other["$id"]: other for other in schemas.values() if "$id" in other}
    if referencing:
        registry = referencing.Registry().with_resources(
            (name, referencing.Resource.from_contents(other)) for name, other in by_id.items()
        )
        return jsonschema.Draft202012Validator(schema, registry=registry)
    return jsonschema.Draft202012Validator(
        schema, resolver=jsonschema.RefResolver(schema.get("$id", ""), schema, by_id)
    )


def read(folder):
    """Returns a validator for every schema below the folder, by the name of its file."""
    schemas = known(folder)
    return {name: validator(schema, schemas) for name, schema in schemas.items()}
