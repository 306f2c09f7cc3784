// Every built-in module: importing a file registers its module (defineModule).
