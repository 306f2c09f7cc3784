import os
os.rename('/nonexistent/a', '/nonexistent/b')
