import gc
gc.collect()
def cb(phase, info): print(phase, sorted(info.items()))
def bad(phase, info): raise ValueError(phase)
gc.callbacks.append(cb)
l = []; l.append(l); del l
gc.collect()
gc.collect(0)
gc.callbacks.remove(cb)
gc.collect()
