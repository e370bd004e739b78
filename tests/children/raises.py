"""A framework that raises in the middle of its warm-up."""

from numpy_worker import NumpyProgram, serve


class Raising(NumpyProgram):
    calls = 0

    def infer(self) -> object:
        self.calls += 1
        if self.calls > 20:
            raise RuntimeError("the operator is not implemented")
        return super().infer()


serve(Raising)
