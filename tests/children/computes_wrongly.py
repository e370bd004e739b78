"""An adapter with a mistake: it forgets one bias."""

from numpy_worker import NumpyProgram, serve


class Forgetful(NumpyProgram):
    def reset_parameters(self) -> None:
        super().reset_parameters()
        self.parameters[-1] = self.parameters[-1] * 0


serve(Forgetful)
