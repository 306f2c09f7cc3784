"""What moult has beyond CPython: measuring and testing memory."""
