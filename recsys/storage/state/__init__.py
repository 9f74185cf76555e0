"""Events, purges and the catalogue's changes, kept between two training runs."""

from recsys.storage.state.store import State, beside, existing_state, open_state

__all__ = ["State", "beside", "existing_state", "open_state"]
