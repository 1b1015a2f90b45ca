"""Array types: one name per shape and dtype, for annotations in every package.

NumPy's types carry the dtype only; the shape is a promise that each name makes. This module imports
nothing but NumPy, so that a module which has to start fast (`serving`) can use it.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]  # any shape
Matrix = NDArray[np.float64]  # (rows, columns)
Scores = NDArray[np.float64]  # (rows,): fraud scores, from 0 to 1
Integers = NDArray[np.integer]  # any shape: counts, indices, day numbers
Labels = NDArray[np.int8]  # (rows,): 1 for fraud, 0 for any other transaction
Flags = NDArray[np.bool_]  # any shape
Assignment = NDArray[np.int8]  # (rows,): the index in `foundation.locations.SPLITS` of each row
Fingerprints = NDArray[np.uint64]  # (rows,): a hash of each row; equal rows have equal ones
AnyArray = NDArray[np.generic]  # any shape and dtype
