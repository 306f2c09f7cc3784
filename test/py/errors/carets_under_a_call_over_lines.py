def f(*a):
    raise ValueError(
        'multi'
    )
x = [f(1,
       2,
       3)]
