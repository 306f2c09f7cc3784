raise ExceptionGroup('top', [ValueError(1), ExceptionGroup('sub', [TypeError('t'), KeyError('k')])])
