# _pydecimal can be imported and computes alike; importing _decimal twice gives the same classes.
import sys
import _pydecimal
import _decimal

first = _decimal.Inexact
del sys.modules["_decimal"]
import _decimal
print(first is _decimal.Inexact)
with _pydecimal.localcontext() as ctx:
    ctx.prec = 40
    ctx.clear_flags()
    print(_pydecimal.Decimal(1) / 7, bool(ctx.flags[_pydecimal.Inexact]))
sys.modules["_decimal"] = None
sys.modules.pop("decimal", None)
import decimal
print(decimal.Decimal("1.10") + 1, decimal.Decimal.__module__)
