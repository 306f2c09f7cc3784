from pympler import asizeof, muppy, summary, tracker, refbrowser, classtracker
import collections, re, array, weakref, sys
class P:
    def __init__(self,x): self.x=x; self.y=[x]*3
    def __repr__(self): return '<P>'
class S:
    __slots__=('a','__b')
    def __init__(self): self.a='q'*50; self.__b=(1,2)
    def __repr__(self): return '<S>'
class D(dict): pass
class L(list): pass
NT=collections.namedtuple('NT','u v')
def gen():
    z=[1]; yield z
p=P(5)
for o in (1, 10**30, 'abc', 'é', b'x', [1,2,3], [[1],[1]], (1,'a'), {1:'a','k':[3]}, {1,2,3}, p, S(), D(a=1), L([1,2]), NT(1,[2]), P, len, gen, gen(), ValueError('x'), iter([1,2]), array.array('i',[1,2,3]), weakref.ref(p), collections.deque([1,2]), collections.OrderedDict(a=1), collections.Counter('abc'), range(5), slice(1,2), lambda: 3, sys, re.compile('a'), 1.5, None, True, collections.defaultdict(list,{1:[2]}), property(len), {1:2}.items(), iter({}), bytearray(50), memoryview(b'abc'), collections.UserDict(a=1), collections.ChainMap({})):
    print(type(o).__name__, asizeof.asizeof(o) if o is not sys else '', asizeof.flatsize(o), asizeof.leng(o) if not isinstance(o,(slice,)) else '', asizeof.basicsize(o), asizeof.itemsize(o))
print(asizeof.asizesof([1,2],[3,4],'a',[p,p]), asizeof.asizeof(p,p,[p]))
d={'k':[1,2,3],'z':P(3)}
print(asizeof.asized(d,detail=2).format())
print(asizeof.asized(S(),detail=1).format(order_by='name', depth=1), [str(a) for a in asizeof.asized([1],(2,),detail=1)])
asizeof.asizeof(d, [list(range(1000))], stats=1)
asizeof.asizeof([[str(i) for i in range(300)], d], stats=2)
asizeof.asizesof(d, 'x'*2000, stats=1)
summary.print_(summary.summarize([1,2,'a',[1],{},p,gen,sys]))
print(summary.get_diff([['a',1,2]],[['a',3,5],['b',1,1]])[0:0], sorted(summary.get_diff([['a',1,2]],[['a',3,5],['b',1,1]])))
summary.print_(summary.summarize(range(5000)), sort='#', limit=2, order='ascending')
objs=muppy.filter(muppy.get_objects(), Type=P); print(len(objs), muppy.get_size([1,2]), muppy.sort([[1],[],(1,2)]))
t=tracker.SummaryTracker(); t.diff(); t.diff(); 
keep=[P(i) for i in range(100)]
print([r for r in t.diff() if '__main__' in r[0]])
ot=tracker.ObjectTracker(); keep2=[P(i) for i in range(10)]
diff=ot.get_diff(); print(sum(type(o) is P for o in diff['+']), [o for o in diff['-'] if type(o) is P])
tr=classtracker.ClassTracker()
tr.track_class(P); tr.track_object(S2:=P(1))
tr.create_snapshot('one'); q=[P(i) for i in range(10)]; tr.create_snapshot('two'); del q; tr.create_snapshot()
tr.stats.print_summary()
tr2=classtracker.ClassTracker(); tr2.track_object(w:=P(77), resolution_level=1); tr2.create_snapshot(); tr2.stats.print_stats()
tr2.stats.dump_stats('x.stats')
from pympler.classtracker_stats import ConsoleStats
loaded=ConsoleStats(filename='x.stats'); loaded.sort_stats('size').print_stats(clsname='P')
print(loaded.tracked_classes, [s.desc for s in loaded.snapshots])
