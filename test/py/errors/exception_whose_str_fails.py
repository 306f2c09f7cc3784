class E(Exception):
    def __str__(self):
        raise KeyError('inner')
raise E
