"""Tables that show ten rows at a time."""
ROWS = 10


def plural(n, what="object"):
    return "%d %s%s" % (n, what, "" if n == 1 else "s")


class Page:
    """Some rows of a table; `more` are the next ones, `all` those from here to the end."""

    def __init__(self, table, start, stop):
        self.table = table
        self.start = start
        self.stop = stop

    def __repr__(self):
        rows = self.table.rows()
        if self.start >= len(rows):
            return ""
        stop = len(rows) if self.stop is None else min(self.stop, len(rows))
        heading = self.table.heading() if self.start == 0 else self.table.heading()[-1:]
        lines = [*heading, *(self.table.line(i, rows[i]) for i in range(self.start, stop))]
        if stop < len(rows):
            left = len(rows) - stop
            lines.append("<%d more row%s. Type e.g. '_.more' to view.>" % (left, "" if left == 1 else "s"))
        return "\n".join(lines)

    @property
    def more(self):
        """The next ten rows."""
        start = len(self.table.rows()) if self.stop is None else self.stop
        return Page(self.table, start, start + ROWS)

    @property
    def all(self):
        """All rows from here on."""
        return Page(self.table, self.start, None)


class KindTable:
    """Counts and sizes by kind: rows (text, count, size)."""

    def __init__(self, rows, header, title="Partition of a set of %s. Total size = %d bytes."):
        self._rows = rows
        self.header = header
        self.count = sum(r[1] for r in rows)
        self.size = sum(r[2] for r in rows)
        self.title = title
        self.sums = []
        total = 0
        for r in rows:
            total += r[2]
            self.sums.append(total)

    def rows(self):
        return self._rows

    def heading(self):
        return [
            self.title % (plural(self.count), self.size),
            " Index  Count   %     Size   % Cumulative  % " + self.header,
        ]

    def line(self, i, row):
        text, count, size = row
        total = self.sums[i]
        return "%6d %6d %3.0f %8d %3.0f %9d %3.0f %s" % (
            i, count, count * 100.0 / self.count, size, size * 100.0 / (self.size or 1), total, total * 100.0 / (self.size or 1), text
        )


class IdTable:
    """Objects one by one: rows (text, size)."""

    def __init__(self, rows, kind, header):
        self._rows = rows
        self.kind = kind
        self.header = header
        self.size = sum(r[1] for r in rows)
        self.sums = []
        total = 0
        for r in rows:
            total += r[1]
            self.sums.append(total)

    def rows(self):
        return self._rows

    def heading(self):
        n = len(self._rows)
        return [
            "Set of %d <%s> object%s. Total size = %d bytes." % (n, self.kind, "" if n == 1 else "s", self.size),
            " Index     Size   %   Cumulative  %   " + self.header,
        ]

    def line(self, i, row):
        text, size = row
        return "%6d %8d %5.1f %9d %5.1f %s" % (
            i, size, size * 100.0 / (self.size or 1), self.sums[i], self.sums[i] * 100.0 / (self.size or 1), text
        )


class LineTable:
    """Lines that are numbered, with nothing above them."""

    def __init__(self, lines, title=None):
        self._lines = lines
        self.title = title

    def rows(self):
        return self._lines

    def heading(self):
        return [self.title] if self.title else []

    def line(self, i, row):
        return row
