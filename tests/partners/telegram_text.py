"""Message texts as Telegram reads them: TDLib parses the markup, its own limits and words of refusal apply."""

import json
import re

import tdjson

PARSE_MODES = {
    "html": {"@type": "textParseModeHTML"},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
}
# TDLib's names of entities that are not the Bot API's in another case.
ENTITY_NAMES = {"text_url": "text_link", "mention_name": "text_mention", "pre_code": "pre", "block_quote": "blockquote",
                "expandable_block_quote": "expandable_blockquote"}


class Refused(Exception):
    def __init__(self, code, description, parameters=None):
        self.body = {"ok": False, "error_code": code, "description": description}
        if parameters:
            self.body["parameters"] = parameters


def bad(description):
    return Refused(400, f"Bad Request: {description}")


def tdlib(request):
    return json.loads(tdjson.td_execute(json.dumps(request).encode()))


def entity(found):
    kind = re.sub(r"(?<!^)([A-Z])", r"_\1", found["type"]["@type"].removeprefix("textEntityType")).lower()
    extra = {key: found["type"][key] for key in ("url", "language") if key in found["type"]}
    return {"type": ENTITY_NAMES.get(kind, kind), "offset": found["offset"], "length": found["length"], **extra}


def parsed(text, mode, limit, what):
    """Text and entities as Telegram keeps them; limits count UTF-16 units after parsing."""
    entities = []
    if mode:
        if mode.lower() not in PARSE_MODES:
            raise bad("unsupported parse_mode")
        result = tdlib({"@type": "parseTextEntities", "text": text, "parse_mode": PARSE_MODES[mode.lower()]})
        if result["@type"] == "error":
            raise bad(result["message"][0].lower() + result["message"][1:])
        text, entities = result["text"], [entity(each) for each in result["entities"]]
    if len(text.encode("utf-16-le")) // 2 > limit:
        raise bad(f"{what} is too long")
    return text, entities


def quiet():
    """TDLib writes to standard error otherwise."""
    tdlib({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
