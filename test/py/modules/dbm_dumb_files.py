# A dumb database: two files, values in blocks, the directory as text.
import dbm
import dbm.dumb
import os
import shelve
import tempfile

with tempfile.TemporaryDirectory() as d:
    path = os.path.join(d, "book")
    with dbm.dumb.open(path, "c") as db:
        db["one"] = "1"
        db[b"two"] = b"2" * 600
        db["one"] = "uno"
        print(sorted(db.keys()), len(db), "two" in db)
        del db["one"]
        db["three"] = b"\xff"
    print(open(path + ".dir").read(), end="")
    print(os.path.getsize(path + ".dat"), dbm.whichdb(path))
    with dbm.dumb.open(path, "r") as db:
        try:
            db["x"] = "y"
        except dbm.error as e:
            print(type(e).__name__, e)
        print(sorted((k, len(v)) for k, v in db.items()))
    try:
        db["two"]
    except dbm.error as e:
        print(e)
    for bad in ("rx", "q"):
        try:
            dbm.dumb.open(path, bad)
        except ValueError as e:
            print(e)
    try:
        dbm.open(os.path.join(d, "absent"), "r")
    except dbm.error as e:
        print(type(e).__name__, e)
    with shelve.Shelf(dbm.dumb.open(os.path.join(d, "shelf"), "n")) as s:
        s["list"] = [1, (2, 3)]
        print(s["list"], dict(s))
