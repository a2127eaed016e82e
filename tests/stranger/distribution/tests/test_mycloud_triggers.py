"""The laws that hold for every source of events, for that of this platform."""

from __future__ import annotations

from fcbridge_mycloud import PLATFORM
from hypothesis import strategies as st

from fcbridge import ObjectEvent
from fcbridge.testing.event_strategies import ids, keys, several
from fcbridge.testing.trigger_laws import trigger_laws_of

objects = st.builds(
    ObjectEvent,
    id=ids(),
    source=st.just("mycloud"),
    type=st.just("ObjectCreated:Put"),
    bucket=st.just("inbox"),
    key=keys(),
)

TestMyTriggers = trigger_laws_of(PLATFORM, {"mycloud-store": several(objects)})
