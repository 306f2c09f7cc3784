import hashlib
import hmac

texts = [b"", b"a", b"abc", bytes(range(256)), b"x" * 1000, bytearray(b"q" * 119), memoryview(b"z" * 128)]
names = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512", "blake2b", "blake2s", "sha512_256", "sha512_224"]
for name in names:
    for t in texts:
        print(name, len(t), hashlib.new(name, t).hexdigest())
    h = hashlib.new(name)
    for i in range(40):
        h.update(b"chunk%d" % i * i)
    c = h.copy()
    c.update(b"more")
    print(h.hexdigest(), c.digest().hex() != h.hexdigest(), h.name, h.digest_size, h.block_size)
for name in ("shake_128", "shake_256"):
    h = hashlib.new(name, b"abc")
    print(h.hexdigest(16), h.digest(3), len(h.digest(500)), h.hexdigest(500)[-10:], h.name, h.digest_size, h.block_size)
for f in (hashlib.md5, hashlib.sha256, hashlib.sha3_256, hashlib.blake2b):
    for bad in ("str", 3, None):
        try:
            f(bad)
        except TypeError as e:
            print(f.__name__, e)
try:
    hashlib.new("nope")
except ValueError as e:
    print(e)
print(hashlib.algorithms_guaranteed == set(names[:-2]) | {"shake_128", "shake_256"}, type(hashlib.md5()).__name__, type(hashlib.sha3_224()).__name__)
import _md5, _sha1, _sha256, _sha512, _sha3
for h in (_md5.md5(b"x"), _sha1.sha1(b"x"), _sha256.sha224(b"x"), _sha256.sha256(b"x"), _sha512.sha384(b"x"), _sha512.sha512(b"x"), _sha3.sha3_256(b"x"), _sha3.shake_128(b"x")):
    print(type(h), h.name, h.digest_size, h.block_size, h.digest(4)[:2] if "shake" in h.name else h.digest()[:2])
print(_sha3.sha3_224()._capacity_bits, _sha3.sha3_224()._rate_bits, _sha3.shake_128()._suffix)

print(hashlib.blake2b(b"abc", digest_size=20, key=b"key", salt=b"salt", person=b"pers").hexdigest())
print(hashlib.blake2s(b"abc", digest_size=10, key=b"key", salt=b"salt", person=b"pers").hexdigest())
print(hashlib.blake2b(b"abc" * 100, fanout=3, depth=4, leaf_size=5, node_offset=6, node_depth=1, inner_size=32, last_node=True).hexdigest())
print(hashlib.blake2s(b"abc" * 100, fanout=3, depth=4, leaf_size=5, node_offset=2**40, node_depth=1, inner_size=32, last_node=True).hexdigest())
print(hashlib.blake2b(key=b"k").hexdigest()[:20], hashlib.blake2b.MAX_KEY_SIZE, hashlib.blake2s.SALT_SIZE)
for kw in [dict(digest_size=0), dict(digest_size=65), dict(key=b"x" * 65), dict(salt=b"x" * 17), dict(fanout=256), dict(depth=0), dict(inner_size=65), dict(node_depth=300), dict(data=b"")]:
    try:
        hashlib.blake2b(**kw)
        print("no error", kw)
    except (ValueError, TypeError) as e:
        print(e)

print(hmac.new(b"key", b"msg", "sha256").hexdigest(), hmac.digest(b"key", b"msg", "md5").hex())
m = hmac.new(b"k" * 200, digestmod=hashlib.sha512)
m.update(b"hello")
print(m.hexdigest(), m.name, m.block_size, m.digest_size, m.copy().hexdigest() == m.hexdigest())
print(hmac.compare_digest(b"a", b"a"), hmac.compare_digest("a", "b"))
try:
    hmac.new(b"k", b"m", "nope")
except ValueError as e:
    print(e)
try:
    hmac.new(b"k", b"m")
except TypeError as e:
    print(e)
print(hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 10).hex(), hashlib.pbkdf2_hmac("sha1", b"pw", b"salt", 3, 7).hex())
print(hashlib.scrypt(b"pw", salt=b"s", n=16, r=8, p=1, dklen=16).hex())
for kw in [dict(n=3, r=1, p=1, salt=b""), dict(n=2, p=1, salt=b""), dict(n=2, r=1, p=1)]:
    try:
        hashlib.scrypt(b"pw", **kw)
    except (ValueError, TypeError) as e:
        print(e)
import io
print(hashlib.file_digest(io.BytesIO(b"file"), "sha1").hexdigest())
