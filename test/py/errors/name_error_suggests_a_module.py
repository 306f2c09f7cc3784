print('go')
sys.exit(1)
