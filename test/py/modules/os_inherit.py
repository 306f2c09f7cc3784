# Inheritable descriptors and dup2.
import os, subprocess, sys, tempfile
fd=os.open("/dev/null",os.O_RDONLY); print(os.get_inheritable(fd)); os.set_inheritable(fd,True); print(os.get_inheritable(fd), os.get_inheritable(0))
os.close(fd); fd=os.open("/dev/null",os.O_RDONLY); print(os.get_inheritable(fd))
os.close(fd)
t=os.open(tempfile.mktemp(),os.O_RDWR|os.O_CREAT)
print(os.dup2(t,40), os.get_inheritable(40), os.dup2(t,41,False), os.get_inheritable(41), os.fstat(40).st_ino==os.fstat(t).st_ino)
for f in (lambda: os.dup2(99,3), lambda: os.dup2(-1,3), lambda: os.dup2(t,-1), lambda: os.set_inheritable(99,True)):
    try: print(f())
    except OSError as e: print(e)
