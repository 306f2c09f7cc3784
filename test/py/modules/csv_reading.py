import csv
import io

rows = ['a,b,c', '1,"x,y",3', '"he said ""hi""",,', '', 'multi,"line', 'end",z', ' spaced , b']
print(list(csv.reader(rows)))
print(list(csv.reader(rows, skipinitialspace=True)))
print(list(csv.reader(["a;'b;c';d"], delimiter=";", quotechar="'")))
print(list(csv.reader(['1,"2",3.5'], quoting=csv.QUOTE_NONNUMERIC)))
print(list(csv.reader(['a,"b",c'], quoting=csv.QUOTE_NONE)))
print(list(csv.reader([r'a\,b,c\"d', 'x\\', 'y'], escapechar="\\")))
print(list(csv.reader(['"a"b,c'])))
for bad in (dict(strict=True), dict(delimiter=""), dict(delimiter=None), dict(quotechar="ab"), dict(quoting=9), dict(quoting="x"),
            dict(lineterminator=None), dict(lineterminator=3), dict(nothing=1), dict(quotechar=None, quoting=0)):
    try:
        print(list(csv.reader(['"a"b,c'], **bad)))
    except Exception as e:
        print(type(e).__name__, e)
r = csv.reader(["a\rb"])
try:
    next(r)
except csv.Error as e:
    print(e, r.line_num)
try:
    next(csv.reader([b"a"]))
except csv.Error as e:
    print(e)
old = csv.field_size_limit(3)
try:
    list(csv.reader(["abcd"]))
except csv.Error as e:
    print(e)
print(csv.field_size_limit(old), csv.field_size_limit() == old)
print(csv.list_dialects(), csv.get_dialect("excel").delimiter)
csv.register_dialect("pipe", delimiter="|", lineterminator="\n")
d = csv.get_dialect("pipe")
print(d.delimiter, d.doublequote, d.escapechar, repr(d.lineterminator), d.quotechar, d.quoting, d.skipinitialspace, d.strict)
print(list(csv.reader(["a|b"], "pipe")), list(csv.reader(["a|b"], d)))
csv.unregister_dialect("pipe")
try:
    csv.get_dialect("pipe")
except csv.Error as e:
    print(e)
print([dict(x) for x in csv.DictReader(io.StringIO("h,i\n1,2\n3,4,5\n6\n"))])
s = csv.Sniffer()
d = s.sniff("a;b;c\n1;2;3\n")
print(d.delimiter, s.has_header("name;n\nx;1\ny;2\n"))
try:
    import copy
    copy.copy(csv.get_dialect("excel"))
except TypeError as e:
    print(e)
