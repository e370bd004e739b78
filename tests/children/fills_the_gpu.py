"""A framework whose device runs out of memory."""

from numpy_worker import NumpyProgram, serve


class Greedy(NumpyProgram):
    def infer(self) -> object:
        raise RuntimeError("CUDA out of memory. Tried to allocate 20.00 GiB")


serve(Greedy)
