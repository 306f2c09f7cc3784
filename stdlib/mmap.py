"""Files and memory as byte arrays. Node cannot map a file: its bytes are read here, and written back by flush and close."""
import os

ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY = range(4)
MAP_SHARED, MAP_PRIVATE = 1, 2
MAP_DENYWRITE, MAP_EXECUTABLE, MAP_POPULATE, MAP_STACK, MAP_NORESERVE = 0x800, 0x1000, 0x8000, 0x20000, 0x4000
MAP_ANON = MAP_ANONYMOUS = 0x20
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4
MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED = range(5)
PAGESIZE = ALLOCATIONGRANULARITY = 4096
error = OSError


class mmap(bytearray):
    """Bytes of a file, or of no file with fileno -1."""

    __module__ = "mmap"

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)

    def __init__(self, fileno, length, flags=MAP_SHARED, prot=PROT_READ | PROT_WRITE, access=ACCESS_DEFAULT, offset=0):
        if length < 0:
            raise OverflowError("memory mapped length must be positive")
        if offset < 0:
            raise OverflowError("memory mapped offset must be positive")
        if offset % ALLOCATIONGRANULARITY:
            raise OSError(22, "Invalid argument")
        if access not in (ACCESS_DEFAULT, ACCESS_READ, ACCESS_WRITE, ACCESS_COPY):
            raise ValueError("mmap invalid access parameter.")
        if access != ACCESS_DEFAULT and (flags != MAP_SHARED or prot != PROT_READ | PROT_WRITE):
            raise ValueError("mmap can't specify both access and flags, prot.")
        self._fd, self._offset, self._pos, self._closed = -1, offset, 0, False
        self._access = access
        self._readonly = access == ACCESS_READ or (access == ACCESS_DEFAULT and not prot & PROT_WRITE)
        shared = flags & MAP_SHARED and access != ACCESS_COPY
        data = b""
        if fileno != -1:
            size = os.fstat(fileno).st_size
            if length == 0:
                if size == 0:
                    raise ValueError("cannot mmap an empty file")
                if offset >= size:
                    raise ValueError("mmap offset is greater than file size")
                length = size - offset
            elif offset + length > size:
                raise ValueError("mmap length is greater than file size")
            data = os.pread(fileno, length, offset)
            self._fd = os.dup(fileno) if shared and not self._readonly else -1
        elif length == 0:
            raise ValueError("cannot mmap an empty file")
        bytearray.__init__(self, data or length)

    def _check(self):
        if self._closed:
            raise ValueError("mmap closed or invalid")

    def _check_writable(self):
        self._check()
        if self._readonly:
            raise TypeError("mmap can't modify a readonly memory map.")

    @property
    def closed(self):
        return self._closed

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, *_):
        self.close()

    def __len__(self):
        self._check()
        return super().__len__()

    def __getitem__(self, index):
        self._check()
        found = super().__getitem__(index)
        return bytes(found) if isinstance(index, slice) else found

    def __setitem__(self, index, value):
        self._check_writable()
        if isinstance(index, slice) and len(value) != len(range(*index.indices(len(self)))):
            raise IndexError("mmap slice assignment is wrong size")
        super().__setitem__(index, value)

    def __iter__(self):
        return (self[i : i + 1] for i in range(len(self)))

    def __contains__(self, byte):
        return any(b == byte for b in self)

    def __repr__(self):
        if self._closed:
            return "<mmap.mmap closed=True>"
        access = ("DEFAULT", "READ", "WRITE", "COPY")[self._access]
        return "<mmap.mmap closed=False, access=ACCESS_%s, length=%d, pos=%d, offset=%d>" % (
            access, len(self), self._pos, self._offset
        )

    __str__ = __repr__

    def close(self):
        if not self._closed:
            self.flush()
            if self._fd >= 0:
                os.close(self._fd)
            self._closed = True

    def flush(self, offset=0, size=None):
        self._check()
        if self._fd >= 0:
            end = len(self) if size is None else offset + size
            os.pwrite(self._fd, self[offset:end], self._offset + offset)

    def madvise(self, option, start=0, length=None):
        self._check()

    def read(self, n=None):
        self._check()
        end = len(self) if n is None or n < 0 else min(len(self), self._pos + n)
        data, self._pos = self[self._pos : end], max(self._pos, end)
        return data

    def read_byte(self):
        self._check()
        if self._pos >= len(self):
            raise ValueError("read byte out of range")
        self._pos += 1
        return self[self._pos - 1]

    def readline(self):
        self._check()
        end = super().find(b"\n", self._pos) + 1
        return self.read((end or len(self)) - self._pos)

    def write(self, data):
        self._check_writable()
        data = bytes(data)
        if self._pos + len(data) > len(self):
            raise ValueError("data out of range")
        super().__setitem__(slice(self._pos, self._pos + len(data)), data)
        self._pos += len(data)
        return len(data)

    def write_byte(self, byte):
        if self._pos >= len(self):
            raise ValueError("write byte out of range")
        self.write(bytes((byte,)))

    def seek(self, pos, whence=0):
        self._check()
        if whence not in (0, 1, 2):
            raise ValueError("unknown seek type")
        to = pos + (0, self._pos, len(self))[whence]
        if not 0 <= to <= len(self):
            raise ValueError("seek out of range")
        self._pos = to

    def tell(self):
        self._check()
        return self._pos

    def size(self):
        self._check()
        return os.fstat(self._fd).st_size if self._fd >= 0 else len(self)

    def find(self, sub, start=None, end=None):
        self._check()
        return super().find(sub, self._pos if start is None else start, len(self) if end is None else end)

    def rfind(self, sub, start=None, end=None):
        self._check()
        return super().rfind(sub, self._pos if start is None else start, len(self) if end is None else end)

    def move(self, dest, src, count):
        self._check_writable()
        if min(dest, src, count) < 0 or max(dest, src) + count > len(self):
            raise ValueError("source, destination, or count out of range")
        super().__setitem__(slice(dest, dest + count), self[src : src + count])

    def resize(self, newsize):
        self._check_writable()
        if self._fd >= 0:
            os.ftruncate(self._fd, self._offset + newsize)
        size = len(self)
        if newsize < size:
            super().__delitem__(slice(newsize, size))
        else:
            super().extend(bytes(newsize - size))
