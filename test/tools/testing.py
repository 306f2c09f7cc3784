import sys
import unittest
from moult.testing import MemoryLimitExceeded, limit_leaks, limit_memory, retained_objects, retained_size

kept = []


class Node:
    pass


class TestLimits(unittest.TestCase):
    @limit_memory("1 MB")
    def test_below(self):
        self.assertEqual(len(bytearray(500_000)), 500_000)

    def test_above(self):
        with self.assertRaisesRegex(MemoryLimitExceeded, r"^1\.9 MiB used at the peak, 1\.0 MiB allowed$"):
            with limit_memory("1 MB"):
                bytearray(2_000_000)

    def test_leak(self):
        @limit_leaks(1000)
        def leak():
            kept.append(bytearray(5000))

        with self.assertRaises(MemoryLimitExceeded) as caught:
            leak()
        self.assertRegex(str(caught.exception), r"still allocated, 1000 B allowed:\n  .* at .*testing\.py:25")

    @limit_leaks("2 KB")
    def test_cycle_is_no_leak(self):
        x = [bytearray(5000)]
        x.append(x)

    def test_sizes(self):
        for bad in "x", "12 parsecs", "-1":
            self.assertRaises(ValueError, limit_memory, bad)
        self.assertEqual(limit_memory("1.5 KiB").limit, 1536)

    def test_retained(self):
        shared = bytearray(1000)
        n = Node()
        n.data = [shared, bytearray(100)]
        n.names = {"k" * len(kept) + "key": n}
        names = sorted(type(o).__name__ for o in retained_objects(n))
        self.assertEqual(names, ["Node", "bytearray", "dict", "list", "str"])
        expected = sum(map(sys.getsizeof, [n, n.data, n.data[1], n.names, next(iter(n.names))]))
        self.assertEqual(retained_size(n), expected)
        del shared
        self.assertGreater(retained_size(n), expected + 1000)


unittest.main()
