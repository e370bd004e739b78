def prepare_inputs(workload, seed, cache):
    raise NotImplementedError
