from .line_profiler import main

main()
