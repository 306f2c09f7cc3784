import locale
import _locale

print(locale.setlocale(locale.LC_NUMERIC), locale.setlocale(locale.LC_ALL, "C"), locale.setlocale(locale.LC_CTYPE, "C.UTF-8"))
print(locale.setlocale(locale.LC_ALL))
for args in [(99,), (locale.LC_CTYPE, "xx_YY"), (99, "C")]:
    try:
        print(locale.setlocale(*args))
    except locale.Error as e:
        print(e)
try:
    locale.setlocale(0, 3)
except (TypeError, ValueError) as e:
    print(type(e).__name__)
print(locale.localeconv())
for name in ("CODESET", "DAY_1", "ABDAY_7", "MON_12", "ABMON_2", "D_FMT", "AM_STR", "RADIXCHAR", "YESEXPR", "ERA"):
    print(name, repr(locale.nl_langinfo(getattr(locale, name))))
try:
    locale.nl_langinfo(5)
except ValueError as e:
    print(e)
print(locale.strcoll("a", "b") < 0, locale.strcoll("b", "a") > 0, locale.strcoll("a", "a"), locale.strxfrm("abc"))
print(locale.getencoding(), locale.getpreferredencoding(False))
print(locale.format_string("%.2f|%d", (1234.5, 1000), grouping=True), locale.atof("1.5"), locale.atoi("12"), locale.str(1.5))
print(_locale.gettext("hello"), locale.normalize("en_US"))
print(format(1234567, "n"), format(1.5, "n"))
