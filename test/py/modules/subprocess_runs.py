import os
import subprocess
import sys
import tempfile

r = subprocess.run(["echo", "hello"], capture_output=True)
print(r)
r = subprocess.run(["sh", "-c", "cat; echo err >&2; exit 3"], input="some\ntext", capture_output=True, text=True)
print(r.returncode, repr(r.stdout), repr(r.stderr))
print(subprocess.check_output("echo $((1+2))", shell=True, text=True).strip())
try:
    subprocess.run(["false"], check=True)
except subprocess.CalledProcessError as e:
    print(e)
for cmd, kw in [(["/no/such/program"], {}), (["no-such-program-at-all"], {}), ([os.devnull], {}), (["echo"], {"cwd": "/no/such/dir"}), (["/tmp"], {})]:
    try:
        subprocess.run(cmd, **kw)
    except OSError as e:
        print(type(e).__name__, e.errno, e)
print(subprocess.run(["sh", "-c", "echo $A-$B; pwd"], env={"A": "x", "PATH": os.environ["PATH"]}, cwd="/", capture_output=True, text=True).stdout)
p = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
big = "line of text\n" * 20000
out, err = p.communicate(big)
print(len(out) == len(big), err, p.returncode)
p = subprocess.Popen(["sh", "-c", "echo a; echo b >&2; echo c"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(p.stdout.read().split(), p.wait(), p.poll())
p = subprocess.Popen(["sleep", "60"])
print(p.poll())
p.terminate()
print(p.wait())
p = subprocess.Popen(["sleep", "60"])
try:
    p.wait(timeout=0.1)
except subprocess.TimeoutExpired as e:
    print(e)
p.kill()
print(p.wait())
try:
    subprocess.run(["sleep", "60"], timeout=0.2, capture_output=True)
except subprocess.TimeoutExpired as e:
    print("timeout", e.timeout)
with tempfile.TemporaryFile() as f:
    subprocess.run(["echo", "to a file"], stdout=f)
    f.seek(0)
    print(f.read())
print(subprocess.run(["sh", "-c", "echo gone"], stdout=subprocess.DEVNULL).returncode, subprocess.getoutput("echo x"), subprocess.getstatusoutput("exit 4"))
a = subprocess.Popen(["echo", "one two three"], stdout=subprocess.PIPE)
b = subprocess.Popen(["wc", "-w"], stdin=a.stdout, stdout=subprocess.PIPE, text=True)
a.stdout.close()
print(b.communicate()[0].strip(), a.wait())
with subprocess.Popen(["sh", "-c", "exit 7"]) as p:
    pass
print(p.returncode)
r, w = os.pipe()
subprocess.run(["sh", "-c", f"echo via fd > /proc/self/fd/{w}"], pass_fds=(w,))
os.close(w)
print(os.read(r, 100), os.read(r, 100))
os.close(r)
print(os.system("exit 5") >> 8)
