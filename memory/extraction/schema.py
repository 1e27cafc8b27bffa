"""Arrow schemas at both ends of extraction: what comes in, what goes out."""

from __future__ import annotations

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")

# One text or one record to read. `text` is null for records and `structured` (a JSON object) null for texts.
INPUT = pa.schema(
    [
        ("input_id", pa.string()),
        ("record_key", pa.string()),
        ("interaction_id", pa.string()),
        ("source", pa.string()),
        ("stream", pa.string()),
        ("channel", pa.string()),
        ("direction", pa.string()),
        ("text", pa.string()),
        ("structured", pa.string()),
        ("author_role", pa.string()),
        ("person_record_key", pa.string()),
        ("account_record_key", pa.string()),
        ("occurred_at", TIME),
    ]
)

# One statement found. Without entity ids: entities come by joining the links, so that identity may move underneath.
OBSERVATION = pa.schema(
    [
        ("observation_id", pa.string()),
        ("input_id", pa.string()),
        ("entity_type", pa.string()),
        ("subject_record_key", pa.string()),
        ("subject_name", pa.string()),
        ("attribute", pa.string()),
        ("value", pa.string()),
        ("polarity", pa.string()),
        ("cardinality", pa.string()),
        ("content", pa.string()),
        ("stated_by", pa.string()),
        ("due_on", pa.date32()),
        ("occurred_at", TIME),
        ("source", pa.string()),
        ("record_key", pa.string()),
        ("interaction_id", pa.string()),
        ("span_start", pa.int32()),
        ("span_end", pa.int32()),
        ("extractor", pa.string()),
        ("rule_id", pa.string()),
        ("confidence", pa.float64()),
        ("importance", pa.float64()),
        ("ttl_days", pa.int32()),
        ("precedence", pa.string()),
    ]
)
