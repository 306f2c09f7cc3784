"""Memory over time as an SVG drawing, for mprof plot."""
import math
import time
from xml.sax.saxutils import escape

LINES = ("black", "blue", "red", "green", "darkcyan", "goldenrod", "purple")
BRACKETS = ("darkcyan", "goldenrod", "green", "red", "blue")
WIDTH, HEIGHT = 1260, 540
LEFT, TOP, PLOT_HEIGHT = 90, 50, 420


def ticks(low, high, about=8):
    """Round numbers that divide a range."""
    span = (high - low) or 1.0
    step = 10 ** math.floor(math.log10(span / about))
    step *= next((m for m in (1, 2, 5, 10) if span / (step * m) <= about), 10)
    first = math.ceil(low / step)
    return [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]


def labels_of(names):
    """The shortest endings of dotted names that tell them apart."""
    def ending(name, parts):
        return ".".join(name.split(".")[-parts:])

    found = {}
    for name in names:
        parts = 1
        most = name.count(".") + 1
        while parts < most and any(o != name and ending(o, parts) == ending(name, parts) for o in names):
            parts += 1
        found[name] = ending(name, parts)
    return found


def trend(points):
    """Slope and start of the line that fits points best."""
    n = len(points)
    mean_t = sum(t for t, _ in points) / n
    mean_m = sum(m for _, m in points) / n
    spread = sum((t - mean_t) ** 2 for t, _ in points)
    slope = sum((t - mean_t) * (m - mean_m) for t, m in points) / spread if spread else 0.0
    return slope, mean_m - slope * mean_t


class Plot:
    """An SVG drawing with a time and a memory axis."""

    def __init__(self, series, title, window, plot_width):
        times = [t for _, points in series for t, _ in points]
        memories = [m for _, points in series for _, m in points]
        self.t0, self.t1 = window or (min(times), max(times))
        low, high = min(memories), max(memories)
        margin = (high - low) * 0.05 or 1.0
        self.m0, self.m1 = low - margin, high + margin
        self.width = plot_width
        self.out = [
            '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">' % (WIDTH, HEIGHT),
            '<rect width="100%" height="100%" fill="white"/>',
            '<clipPath id="plot"><rect x="%d" y="%d" width="%d" height="%d"/></clipPath>' % (LEFT, TOP, plot_width, PLOT_HEIGHT),
        ]
        self.legend = []
        if title:
            self.text(LEFT + plot_width / 2, TOP - 16, title, anchor="middle", size=15)
        self.axes()

    def x(self, t):
        return LEFT + (t - self.t0) / ((self.t1 - self.t0) or 1.0) * self.width

    def y(self, m):
        return TOP + PLOT_HEIGHT - (m - self.m0) / (self.m1 - self.m0) * PLOT_HEIGHT

    def text(self, x, y, text, anchor="start", size=13, extra=""):
        self.out.append('<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d"%s>%s</text>' % (x, y, anchor, size, extra, escape(text)))

    def line(self, x0, y0, x1, y1, color, extra=""):
        self.out.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"%s/>' % (x0, y0, x1, y1, color, extra))

    def axes(self):
        for t in ticks(self.t0, self.t1):
            self.line(self.x(t), TOP, self.x(t), TOP + PLOT_HEIGHT, "#dddddd")
            self.text(self.x(t), TOP + PLOT_HEIGHT + 18, "%g" % t, anchor="middle")
        for m in ticks(self.m0, self.m1):
            self.line(LEFT, self.y(m), LEFT + self.width, self.y(m), "#dddddd")
            self.text(LEFT - 8, self.y(m) + 4, "%g" % m, anchor="end")
        self.out.append('<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="black"/>' % (LEFT, TOP, self.width, PLOT_HEIGHT))
        self.text(LEFT + self.width / 2, TOP + PLOT_HEIGHT + 42, "time (in seconds)", anchor="middle")
        middle = TOP + PLOT_HEIGHT / 2
        self.text(24, middle, "memory used (in MiB)", anchor="middle", extra=' transform="rotate(-90 24 %.1f)"' % middle)

    def curve(self, points, color, label, dashed=False):
        path = " ".join("%.1f,%.1f" % (self.x(t), self.y(m)) for t, m in points)
        dash = ' stroke-dasharray="4 3"' if dashed else ""
        self.out.append('<polyline clip-path="url(#plot)" points="%s" fill="none" stroke="%s" stroke-width="1.5"%s/>' % (path, color, dash))
        if label:
            self.legend.append((color, label))

    def brackets(self, start, end, color, label):
        for (t, m), d in ((start, 1), (end, -1)):
            x, y = self.x(t), self.y(m)
            self.out.append(
                '<path clip-path="url(#plot)" d="M%.1f %.1fH%.1fV%.1fH%.1f" fill="none" stroke="%s" stroke-width="2"/>'
                % (x + d * 7, y - 20, x, y + 20, x + d * 7, color)
            )
        self.legend.append((color, label))

    def peak(self, t, m):
        self.line(LEFT, self.y(m), LEFT + self.width, self.y(m), "red", ' stroke-dasharray="6 4"')
        self.line(self.x(t), TOP, self.x(t), TOP + PLOT_HEIGHT, "red", ' stroke-dasharray="6 4"')

    def block(self, t0, t1, level, levels, label):
        height = PLOT_HEIGHT / (levels + 1)
        x0, x1 = self.x(t0), self.x(t1)
        y = TOP + PLOT_HEIGHT - (level + 1) * height
        shade = 255 - int(191 * (1 - level / levels))
        self.out.append(
            '<rect clip-path="url(#plot)" x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="rgb(255,%d,%d)" fill-opacity="0.5"><title>%s</title></rect>'
            % (x0, y, max(1.0, x1 - x0), height, shade, shade, escape(label))
        )
        self.text(x0 + 3, y + 14, label, size=11)

    def finish(self):
        x = LEFT + self.width + 20
        for i, (color, label) in enumerate(self.legend[:22]):
            y = TOP + 14 + i * 20
            self.line(x, y - 4, x + 22, y - 4, color, ' stroke-width="2"')
            self.text(x + 28, y, label)
        return "\n".join([*self.out, "</svg>"]) + "\n"


def draw(profiles, options):
    """The drawing of profiles read by mprof."""
    with_functions = len(profiles) == 1 and not options.no_timestamps
    merged = []
    for p in profiles:
        points = list(zip(p["timestamp"], p["mem_usage"]))
        for calls in p["func_timestamp"].values():
            for start, end, mem_start, mem_end, *_ in calls:
                points += [(start, mem_start), (end, mem_end)]
        points.sort()
        zero = points[0][0]
        children = {pid: [(t - zero, m) for m, t in data] for pid, data in p["children"].items()}
        merged.append((zero, [(t - zero, m) for t, m in points], children, p))

    title = options.title if options.title is not None or len(profiles) > 1 else profiles[0]["cmd_line"]
    series = [(None, points) for _, points, _, _ in merged]
    series += [(None, data) for _, _, children, _ in merged for data in children.values()]
    plot = Plot(series, (title or "").strip(), options.xlim, 1130 if options.flame_mode else 780)
    for index, (zero, points, children, p) in enumerate(merged):
        label = time.strftime("%d / %m / %Y - start at %H:%M:%S", time.localtime(zero)) + ".%03d" % round(zero % 1 * 1000)
        if options.slope and not options.flame_mode:
            slope, start = trend(points)
            label += " slope %.5f" % slope
            plot.curve([(t, start + slope * t) for t, _ in points], "#00e3d8", None, dashed=True)
        plot.curve(points, LINES[index % len(LINES)], label)
        for n, (pid, data) in enumerate(children.items()):
            plot.curve(data, LINES[(n + 1) % len(LINES)], "child %s" % pid)
        if children:
            plot.peak(*max((point for data in children.values() for point in data), key=lambda point: point[1]))
        if with_functions:
            _functions(plot, p["func_timestamp"], zero, options.flame_mode)
            plot.peak(*max(points, key=lambda point: point[1]))
    return plot.finish()


def _functions(plot, functions, zero, flame):
    labels = labels_of(list(functions))
    levels = 1 + max((call[4] for calls in functions.values() for call in calls if len(call) > 4), default=0)
    for n, (name, calls) in enumerate(functions.items()):
        for start, end, mem_start, mem_end, *level in calls:
            if flame:
                plot.block(start - zero, end - zero, level[0] if level else 0, levels, name)
            else:
                label = "%s %.3fs" % (labels[name], end - start)
                plot.brackets((start - zero, mem_start), (end - zero, mem_end), BRACKETS[n % len(BRACKETS)], label)
