"""The recorded requests in tests/recordings/saleor; where they are from stands in their README."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "recordings" / "saleor"


@dataclass(frozen=True)
class Recording:
    name: str
    headers: dict[str, str]
    body: bytes

    @property
    def signature(self) -> str:
        return self.headers["saleor-signature"]

    @property
    def event(self) -> str:
        return self.headers["saleor-event"]


def read(name: str) -> Recording:
    headers = json.loads((FOLDER / f"{name}.headers.json").read_bytes())["headers"]
    return Recording(name, headers, (FOLDER / f"{name}.body.json").read_bytes())


def everything() -> list[Recording]:
    return [read(path.name.removesuffix(".headers.json")) for path in sorted(FOLDER.glob("*.headers.json"))]


KEY_SET = (FOLDER / "jwks.json").read_text()
SIGNED = [recording for recording in everything() if "saleor-signature" in recording.headers]
