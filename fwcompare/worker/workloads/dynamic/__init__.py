"""Network with a loop whose number of turns the data decide: a fixed point, one dense layer on it."""
