"""samples/hello-openwhisk."""

from __future__ import annotations

import runpy
from typing import Any

from .documents import document, mistakes
from .hello import OPENWHISK

# The fields of wskdeploy's specification that an action has, with the limits of the platform's reference:
# https://github.com/apache/openwhisk-wskdeploy/blob/master/specification/html/spec_actions.md
# https://github.com/apache/openwhisk/blob/master/docs/reference.md#system-limits
ACTION = {
    "type": "object",
    "additionalProperties": False,
    "required": ["function", "runtime"],
    "properties": {
        "function": {"type": "string"},
        "runtime": {"type": "string", "pattern": r"^python:3(\.1[0-3])?$"},
        "main": {"type": "string"},
        "web": {"enum": [True, False, "yes", "no", "raw"]},
        "annotations": {"type": "object"},
        "inputs": {"type": "object"},
        "limits": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "timeout": {"type": "integer", "minimum": 100, "maximum": 300000},
                "memorySize": {"type": "integer", "minimum": 128, "maximum": 512},
                "logSize": {"type": "integer", "minimum": 0, "maximum": 10},
                "concurrentActivations": {"type": "integer", "minimum": 1},
            },
        },
    },
}
MANIFEST = {
    "type": "object",
    "additionalProperties": False,
    "required": ["packages"],
    "properties": {
        "packages": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"actions": {"type": "object", "additionalProperties": ACTION}},
            },
        },
    },
}


def test_the_manifest_is_one_of_a_raw_web_action_whose_main_is_there() -> None:
    manifest = document(OPENWHISK.folder / "manifest.yaml")
    assert mistakes(manifest, MANIFEST) == []
    action = manifest["packages"]["default"]["actions"]["hello"]
    assert (action["web"], action["annotations"]) == ("raw", {"web-custom-options": True})
    with OPENWHISK.loaded():
        main: Any = runpy.run_path(str(OPENWHISK.folder / "__main__.py"))[action["main"]]
        result = main(document(OPENWHISK.folder / "events" / "2-hello.json"))
    assert (result["statusCode"], result["body"]) == (200, "Hello, 世界!\n")
