# The classes are datetime's, whatever file they come from; _datetime is there to import.
import _datetime
import datetime
import pickle
import sys

print(datetime.date is _datetime.date, datetime.datetime.__module__, repr(datetime.timedelta(3, 4)))
for v in (datetime.date(2020, 2, 29), datetime.datetime(1, 1, 1, tzinfo=datetime.UTC), datetime.time(1, 2, fold=1), datetime.timezone.max):
    print(pickle.loads(pickle.dumps(v)) == v, pickle.dumps(v, 2)[2:30])
print(datetime.__all__, sys.modules["datetime"].__name__)
