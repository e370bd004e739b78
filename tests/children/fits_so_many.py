"""Has memory for 100 examples."""

from numpy_worker import NumpyProgram, serve


class Small(NumpyProgram):
    def infer(self) -> object:
        if len(self.inputs.x) > 100:
            raise MemoryError(f"no room for {len(self.inputs.x)} examples")
        return super().infer()


serve(Small)
