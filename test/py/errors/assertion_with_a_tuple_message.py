assert 0, ('a', 1)
