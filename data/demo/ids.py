"""Native ids in each vendor's own form, derived from the seed and what they name."""

from __future__ import annotations

import base64
import hashlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SALESFORCE_PREFIX = {"account": "001", "contact": "003", "opportunity": "006", "task": "00T", "user": "005"}
_SUFFIX_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


class Ids:
    """Ids by kind and name; the same seed gives the same ids."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _digest(self, kind: str, name: object, size: int = 20) -> bytes:
        return hashlib.blake2b(f"{self.seed}|{kind}|{name}".encode(), digest_size=size).digest()

    def hexadecimal(self, kind: str, name: object, length: int) -> str:
        """Lower-case hexadecimal digits, as Intercom's and Twilio's ids."""
        return self._digest(kind, name, 20).hex()[:length]

    def number(self, kind: str, name: object, digits: int) -> int:
        """A number of exactly so many digits, as Zendesk's and HubSpot's ids."""
        low = int(10 ** (digits - 1))
        return low + int.from_bytes(self._digest(kind, name, 12), "big") % (9 * low)

    def letters(self, kind: str, name: object, length: int) -> str:
        """Letters and digits, as Stripe's ids after their prefix."""
        value, out = int.from_bytes(self._digest(kind, name), "big"), []
        for _ in range(length):
            value, rest = divmod(value, 62)
            out.append(ALPHABET[rest])
        return "".join(out)

    def salesforce(self, kind: str, name: object) -> str:
        """An 18-character id with Salesforce's case checksum."""
        short = f"{SALESFORCE_PREFIX[kind]}5f00000{self.letters('sf' + kind, name, 5)}"
        return short + "".join(_checksum(short[i : i + 5]) for i in range(0, 15, 5))

    def stripe(self, prefix: str, name: object) -> str:
        """`cus_…`, `in_…`, `sub_…` and the like."""
        return f"{prefix}_{self.letters(prefix, name, 14 if prefix in {'cus', 'prod'} else 24)}"

    def twilio(self, prefix: str, name: object) -> str:
        """A SID: two letters and 32 hexadecimal digits."""
        return prefix + self.hexadecimal(prefix, name, 32)

    def uuid(self, kind: str, name: object) -> str:
        """A UUID-shaped id."""
        h = self.hexadecimal(kind, name, 32)
        return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:32]}"

    def token(self, kind: str, name: object, length: int = 22) -> str:
        """A URL-safe token, as in mail clients' message ids."""
        return base64.urlsafe_b64encode(self._digest(kind, name)).decode().rstrip("=").replace("-", "x")[:length]


def _checksum(chunk: str) -> str:
    return _SUFFIX_CHARACTERS[sum(1 << i for i, c in enumerate(chunk) if "A" <= c <= "Z")]
