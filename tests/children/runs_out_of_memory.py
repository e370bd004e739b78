"""A workload that is larger than the memory it may have (a limit of its own address space)."""

import resource

import numpy as np
from numpy_worker import NumpyProgram, serve


class Hungry(NumpyProgram):
    def infer(self) -> object:
        return np.ones((1 << 16, 1 << 16))


limit_bytes = 4 << 30
resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
serve(Hungry)
