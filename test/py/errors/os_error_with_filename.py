open('/nonexistent/dir/file')
