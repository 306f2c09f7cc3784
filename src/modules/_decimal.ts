// _decimal: being written.
