# What the XML parser reports, where, and what it refuses.
import io
import xml.etree.ElementTree as ET
import xml.sax
from xml.dom import minidom
from xml.parsers import expat

NAMES = [n for n in dir(expat.ParserCreate()) if n.endswith("Handler") and n not in ("DefaultHandler", "ExternalEntityRefHandler")]
DOC = b"""<?xml version='1.0' encoding='iso-8859-1' standalone='no'?>
<?style href="a"?>
<!-- note -->
<!DOCTYPE book SYSTEM "book.dtd" [
<!ELEMENT book (title, (par | list)*, end?)+>
<!ELEMENT par (#PCDATA | em)*>
<!ATTLIST book lang CDATA "en" id ID #IMPLIED kind (a|b) #REQUIRED fixed NMTOKENS #FIXED " x  y ">
<!NOTATION gif PUBLIC "-//gif  viewer">
<!ENTITY e "in <em>the &#109;iddle</em>">
<!ENTITY pic SYSTEM "p.gif" NDATA gif>
<!ENTITY % pe "<!ENTITY q 'quoted'>">
%pe;
]>
<book xmlns:m="urn:m" kind='a' m:k="1 &lt;\n2">
 <m:par>&e; \xe9 <![CDATA[raw <b> ]] ]]>&#8364;</m:par>
 <empty xmlns="urn:d"/>
</book>
<!-- end -->
"""


def watch(p, names=NAMES):
    for name in names:
        def handler(*args, name=name):
            print(p.CurrentLineNumber, p.CurrentColumnNumber, name, args)
            return 1
        setattr(p, name, handler)


for size in (len(DOC), 7):
    p = expat.ParserCreate(namespace_separator=" ")
    if size == 7:
        p.buffer_text = p.ordered_attributes = p.namespace_prefixes = True
        p.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    watch(p)
    for i in range(0, len(DOC), size):
        p.Parse(DOC[i:i + size], i + size >= len(DOC))
    print("=" * 20)

for bad in (b"", b"<a>", b"<a></b>", b"<a x='1' x='2'/>", b"<a>&nope;</a>", b"<a/><b/>", b"abc", b"<a>&#0;</a>", b"<a", b"<a b=c/>",
            b"<a>]]></a>", b"<a>\xff</a>", b"<?xml version='1.0' encoding='nope'?><a/>", b" <?xml version='1.0'?><a/>",
            b"<!DOCTYPE a [<!ENTITY x '&y;'><!ENTITY y '&x;'>]><a>&x;</a>", b"<a><!-- -- --></a>", b"<a><![CDATA[</a>"):
    try:
        expat.ParserCreate().Parse(bad, True)
        print("fine", bad)
    except (expat.ExpatError, LookupError) as e:
        print(type(e).__name__, e)

p = expat.ParserCreate()
p.StartElementHandler = lambda *a: 1 / 0
try:
    p.Parse("<a/>")
except ZeroDivisionError as e:
    print(e, p.StartElementHandler)

root = ET.fromstring("<r a='1'>t<!--c--><k>v\N{EURO SIGN}</k>tail</r>")
print(ET.tostring(root, encoding="unicode"), root.find("k").tail, [e.tag for e in ET.iterparse(io.StringIO("<x><y/></x>")).__iter__().__next__()[1:]])
print(minidom.parseString("<!DOCTYPE d [<!ENTITY z 'zed'>]><d><c k='v'/>&z;</d>").documentElement.toxml())


class Titles(xml.sax.ContentHandler):
    def startElement(self, name, attrs):
        print("start", name, dict(attrs))

    def characters(self, content):
        print("text", repr(content))


xml.sax.parseString("<t n='1'>one\ntwo<u/></t>", Titles())
