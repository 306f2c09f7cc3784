import sys
print('one', flush=True)
print('err', file=sys.stderr)
sys.stderr.write('last line of stderr\n')
