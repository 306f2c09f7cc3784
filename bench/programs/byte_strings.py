"""bytes, bytearray, memoryview, struct and binascii."""
import binascii
import struct


def main():
    record = struct.Struct("<IHbd4s")
    packed = b"".join(record.pack(i, i & 0xFFFF, i & 63, i / 2, b"abcd") for i in range(8000))
    total = sum(a + b + c + d for a, b, c, d, _ in record.iter_unpack(packed))
    view = memoryview(packed)
    for i in range(0, len(packed), record.size):
        total += record.unpack_from(view, i)[0]
    buffer = bytearray()
    for i in range(60_000):
        buffer.append(i & 255)
    buffer.extend(packed)
    crc = binascii.crc32(packed)
    text = binascii.hexlify(packed)
    return total, len(buffer), buffer.count(b"a"), buffer.find(b"abcd"), crc, len(text.split(b"6162")), sum(packed), len(packed.replace(b"abcd", b"xy").decode("latin-1"))
