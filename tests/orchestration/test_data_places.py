from lake.settings import Settings
from orchestration.data_places import customer_data_places


def test_a_source_of_ones_own_is_among_the_places(settings: Settings) -> None:
    (settings.exports / "sources.yml").write_text(
        "version: 1\nsources:\n  dialogues:\n    streams:\n      turns: {format: csv, native_id: [turn_id]}\n"
    )
    places = {(place.kind, place.location) for place in customer_data_places(settings)}
    assert ("schema", "raw_dialogues") in places
    assert ("folder", str(settings.exports)) in places
