"""Items read without a model say the same as the model."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.store.items import item_of_image
from chalicelib.store.tables import CampaignItem

TEXTS = ("name", "state", "topic", "send_at", "time_zone")
NUMBERS = ("template_version", "rate_limit", "parts", "revision")
WRITTEN = st.integers(-(10**20), 10**20).map(str) | st.sampled_from(["0.01", "1.5", "-2.25", "1E+2", "1E-7"])


@given(
    st.fixed_dictionaries(
        {},
        optional={
            **{name: st.text(max_size=9).map(lambda text: {"S": text}) for name in TEXTS},
            **{name: WRITTEN.map(lambda number: {"N": number}) for name in NUMBERS},
            "tally": st.just({"S": '{"planned": 3}'}),
            "canary": st.just({"NULL": True}),
        },
    )
)
def test_what_is_there_and_what_is_not_is_read_as_the_model_reads_it(image: dict[str, Any]) -> None:
    image["campaign_id"] = {"S": "cmp_1"}
    model, read = CampaignItem.from_raw_data(dict(image)), item_of_image(CampaignItem, image)
    names = CampaignItem.get_attributes()
    assert {name: getattr(read, name) for name in names} == {name: getattr(model, name) for name in names}
