"""Runs inside the interpreter under test: one module of CPython's test package, one line a test.

    conformance_child.py MODULE RESULTS DONE

Lines of RESULTS, tab separated, written at once so that a crash loses nothing:
    start ID        the test begins
    STATUS ID WHY   passed, failed, error or skipped
    module WHY      the module could not be imported or asks to be skipped
    end             all have run
IDs listed in the file DONE are left out.
"""
import os
import sys


def flat(text):
    return str(text).replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n")[:300]


class Report:
    def __init__(self, path):
        self.fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.pid = os.getpid()

    def line(self, *fields):
        if os.getpid() == self.pid:     # a child made by fork() that falls back into unittest is silent
            os.write(self.fd, ("\t".join(map(flat, fields)) + "\n").encode("utf-8", "backslashreplace"))


def reason(err):
    try:
        return f"{err[0].__name__}: {err[1]}"
    except BaseException:
        return "?"


def run(module, results, done):
    report = Report(results)
    with open(done) as f:
        finished = set(f.read().split("\n"))
    import unittest
    from test import support
    support.verbose = 0
    support.failfast = False
    support.use_resources = ["cpu"]
    support.record_original_stdout(sys.stdout)

    class Result(unittest.TestResult):
        WORSE = ["passed", "skipped", "failed", "error"]

        def startTest(self, test):
            self.testsRun += 1
            self.current = test.conformance_id
            self.verdict = ("", "")
            report.line("start", self.current)

        def stopTest(self, test):
            status, why = self.verdict
            report.line(status or "error", self.current, why if status else "interrupted")
            self.current = None

        def put(self, test, status, why=""):
            test = getattr(test, "test_case", test)                 # a subtest counts for its test
            if getattr(test, "conformance_id", "") != self.current:  # setUpClass and its like
                report.line(status, test.id(), why)
            elif not self.verdict[0] or self.WORSE.index(status) > self.WORSE.index(self.verdict[0]):
                self.verdict = (status, why)

        def addSuccess(self, test):
            self.put(test, "passed")

        def addError(self, test, err):
            self.put(test, "error", reason(err))

        def addFailure(self, test, err):
            self.put(test, "failed", reason(err))

        def addSkip(self, test, why):
            self.put(test, "skipped", why)

        def addExpectedFailure(self, test, err):
            self.put(test, "passed")

        def addUnexpectedSuccess(self, test):
            self.put(test, "failed", "unexpected success")

        def addSubTest(self, test, subtest, err):
            if err is not None:
                self.put(test, "failed" if issubclass(err[0], test.failureException) else "error", reason(err))

    try:
        __import__(module)
        suite = unittest.TestLoader().loadTestsFromModule(sys.modules[module])
    except BaseException as e:
        report.line("module", f"{type(e).__name__}: {e}")
        report.line("end")
        return 0

    met = {}

    def choose(suite):
        """Name every test (the second of a name gets #2) and drop those that have run."""
        kept = []
        for test in suite:
            if isinstance(test, unittest.TestSuite):
                choose(test)
                kept.append(test)
                continue
            name = test.id()
            met[name] = met.get(name, 0) + 1
            test.conformance_id = name if met[name] == 1 else f"{name}#{met[name]}"
            if test.conformance_id not in finished:
                kept.append(test)
        suite._tests = kept

    choose(suite)
    suite.run(Result())
    report.line("end")
    return 0


def below(frames, *args):
    """Some tests of tracemalloc and traceback want a few frames above them, as under regrtest."""
    return below(frames - 1, *args) if frames else run(*args)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    del sys.argv[1:]
    sys.exit(below(8, *arguments))
