eval('1 + undefined')
