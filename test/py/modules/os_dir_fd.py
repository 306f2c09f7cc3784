# Names relative to an open directory.
import os, tempfile, shutil
d=tempfile.mkdtemp(); fd=os.open(d,os.O_RDONLY)
os.mkdir("a",dir_fd=fd); f=os.open("a/x",os.O_CREAT|os.O_WRONLY,dir_fd=fd); os.write(f,b"hi"); os.close(f)
print(os.stat("a/x",dir_fd=fd).st_size, os.access("a/x",os.R_OK,dir_fd=fd), os.access("a/y",os.R_OK,dir_fd=fd))
os.symlink("x","a/l",dir_fd=fd); print(os.readlink("a/l",dir_fd=fd)); os.rename("a/x","a/z",src_dir_fd=fd,dst_dir_fd=fd); os.link("a/z","a/w",src_dir_fd=fd,dst_dir_fd=fd)
print(sorted(os.listdir(d+"/a")), sorted(os.listdir(fd)))
os.utime("a/z",ns=(1_500_000_123_456_000,4005006000),dir_fd=fd); s=os.stat(d+"/a/z"); print(s.st_mtime_ns, s.st_atime_ns, s.st_mtime)
for g in (lambda: os.stat("q",dir_fd=fd), lambda: os.stat("q",dir_fd=999), lambda: os.stat("q",dir_fd="x"), lambda: os.stat(fd,dir_fd=fd), lambda: os.unlink("a",dir_fd=fd), lambda: os.utime(d,ns=(1,)), lambda: os.chown(d,-1,-1), lambda: os.chown(d,"a",-1)):
    try: print(g())
    except Exception as e: print(type(e).__name__, e)
print([ (len(r.split("/")),sorted(x),sorted(y)) for r,x,y,_ in os.fwalk(d)])
os.chdir(fd); print(os.getcwd()==os.path.realpath(d)); os.chdir("/")
os.close(fd); shutil.rmtree(d); print(os.path.exists(d), shutil.rmtree.avoids_symlink_attacks)
