import gc
gc.collect()
print(gc.get_freeze_count())
l = []; l.append(l); i = id(l)
gc.freeze()
print(gc.get_freeze_count() > 100, gc.get_count()[0] < 5)
del l
print(gc.collect())
gc.unfreeze()
print(gc.get_freeze_count(), gc.collect())
