import gc
gc.collect()
seen = []
def cb(phase, info):
    if phase == "stop": seen.append(info["generation"])
gc.callbacks.append(cb)
keep = [[] for i in range(20000)]
gc.callbacks.remove(cb)
print(len(seen), seen.count(0), seen.count(1), seen.count(2))
seen.clear()
gc.set_threshold(100, 2, 2)
gc.callbacks.append(cb)
keep.append([[] for i in range(3000)])
gc.callbacks.remove(cb)
print(seen)
