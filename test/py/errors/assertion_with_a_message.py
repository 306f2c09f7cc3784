assert [] == [1], f'lists differ: {[1]}'
