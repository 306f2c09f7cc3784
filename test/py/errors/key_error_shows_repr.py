{}['miss\ning']
