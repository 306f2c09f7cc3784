raise MemoryError('by hand')
