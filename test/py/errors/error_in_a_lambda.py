f = lambda x: x['a']['b']
f({'a': 1})
