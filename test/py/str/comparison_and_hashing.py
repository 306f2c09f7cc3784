print("a" < "b", "a" < "aa", "Z" < "a", "é" > "z", "\uffff" < "\U00010000", "" < "a", "a" == b"a", "a" != 1, "abc" == "ab" + "c")
print(sorted(["b", "B", "a", "é", "", "aa", "€", "😀", "\ue000"]), max("hello"), min("hello"), hash("") == hash(""), hash("abc") == hash("ab" + "c"))
for op in ("<", "<=", ">", ">="):
    try:
        eval(f"'a' {op} 1")
    except TypeError as e:
        print(e)
try:
    "a" + 1
except TypeError as e:
    print(e)
try:
    1 + "a"
except TypeError as e:
    print(e)
try:
    "a" * "b"
except TypeError as e:
    print(e)
print("ab" * 3, 3 * "ab", "ab" * 0, "ab" * -1, "é" * 2, True * "x")
