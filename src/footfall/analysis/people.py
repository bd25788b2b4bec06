"""Who is one person (TERMS.md, user)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def persons(number: Ints, visitor: Ints, session: NDArray[Any], user: NDArray[Any]) -> Ints:
    """Return the person of each session: arrays of one length n.

    number, visitor: (n,), of all sessions, by rising number; session, user: (m,), what identify() told, in the order
    of time. A session in which somebody was named is the last named user's; another one is
    that of the first user whom its visitor ever was, so that anonymous history joins; else it is the visitor's own.
    """
    known = np.isin(session, number)
    session, user = session[known], user[known]
    place = np.searchsorted(number, session)
    users, code = np.unique(user, return_inverse=True)
    visitors = int(visitor.max()) + 1 if len(visitor) else 0
    of_visitor = np.full(visitors, -1, np.int64)
    # Of several that are written to one place the last stays: the first user, from behind.
    of_visitor[visitor[place][::-1]] = code[::-1]
    of_session = of_visitor[visitor]
    of_session[place] = code
    return np.where(of_session >= 0, of_session, visitor + len(users))
