# Debian: python3-memory-profiler, over psutil. The figures are the machine's; what is printed is which lines have one.
import io
import re
import memory_profiler

out = io.StringIO()


@memory_profiler.profile(stream=out, precision=1)
def build():
    big = [bytes(1000) for _ in range(20000)]
    small = len(big)
    del big
    return small


print(build())
for line in out.getvalue().splitlines():
    m = re.match(r"\s*(\d+)\s+(-?[\d.]+ MiB\s+-?[\d.]+ MiB\s+\d+)?\s+(.*)", line)
    print((m[1], bool(m[2]), m[3].strip()) if m else re.sub(r"^Filename: .*/", "Filename: ", line))
print(memory_profiler.memory_usage(-1, interval=0.01, timeout=0.05)[0] > 1)
