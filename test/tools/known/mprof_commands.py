import glob
import os
import re
import subprocess
import sys

with open('job.py', 'w') as f:
    f.write('''
import time
@profile
def outer(n):
    x = [0] * n
    time.sleep(.25)
    return inner(x)
@profile
def inner(x):
    y = x * 2
    time.sleep(.2)
    return len(y)
outer(10**6)
with profile.timestamp('block'):
    time.sleep(.1)
''')


def mprof(*args):
    done = subprocess.run([sys.executable, '-m', 'mprof', *args], capture_output=True, text=True)
    text = re.sub('[0-9]{14}', 'STAMP', done.stdout + done.stderr)
    print('$ mprof', *args, '->', done.returncode)
    print(re.sub('[0-9]+:[0-9]+:[0-9]+ [0-9/]+', 'WHEN', text), end='')


mprof('run', '-T', '0.05', 'job.py')
data = sorted(glob.glob('mprofile_*.dat'))[0]
lines = open(data).read().splitlines()
kinds = [line.split()[0] for line in lines]
print(sorted(set(kinds)), kinds.count('MEM') > 5)
for line in lines:
    if line.startswith('FUNC'):
        print(re.sub('[0-9.]+ [0-9.]+ [0-9.]+ [0-9.]+', 'NUMBERS', line))
values = [float(line.split()[1]) for line in lines if line.startswith('MEM')]
print(max(values) - min(values) > 15)
mprof('list')
mprof('peak')
mprof('peak', '--func', '__main__.outer')
mprof('peak', '--func', 'nothing')
mprof('clean', '--dry-run')
mprof('rm', '0')
mprof('list')
mprof('peak')
mprof('run', '-o', 'own.dat', '--nopython', '-T', '0.05', 'sleep', '0.2')
print(open('own.dat').read().split()[:3])
mprof('clean')
print(glob.glob('mprofile_*'), os.path.exists('own.dat'))
