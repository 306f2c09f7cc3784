// CPython 3.11.7's structures on x86-64 Linux: byte offsets, with the C type of each field beside it.
// Read out of the debug information of CPython's own headers; `docs/memory.md` is generated from this file.
// Invariant: every 8-byte pointer's upper half is 0. A GC object has a PyGC_Head just below its address; an instance
// with a managed dict has its dict pointer at -24 and its inline-values pointer at -32.

export const enum PyObject {
  ob_refcnt = 0, // Py_ssize_t
  ob_type = 8, // PyTypeObject *
  SIZE = 16,
}

export const enum PyVarObject {
  ob_type = 8, // PyTypeObject *
  ob_size = 16, // Py_ssize_t
  SIZE = 24,
}

export const enum PyGC_Head {
  _gc_next = 0, // uintptr_t
  _gc_prev = 8, // uintptr_t
  SIZE = 16,
}

export const enum PyTypeObject {
  ob_size = 16, // Py_ssize_t
  tp_name = 24, // const char *
  tp_basicsize = 32, // Py_ssize_t
  tp_itemsize = 40, // Py_ssize_t
  tp_dealloc = 48, // destructor
  tp_vectorcall_offset = 56, // Py_ssize_t
  tp_getattr = 64, // getattrfunc
  tp_setattr = 72, // setattrfunc
  tp_as_async = 80, // PyAsyncMethods *
  tp_repr = 88, // reprfunc
  tp_as_number = 96, // PyNumberMethods *
  tp_as_sequence = 104, // PySequenceMethods *
  tp_as_mapping = 112, // PyMappingMethods *
  tp_hash = 120, // hashfunc
  tp_call = 128, // ternaryfunc
  tp_str = 136, // reprfunc
  tp_getattro = 144, // getattrofunc
  tp_setattro = 152, // setattrofunc
  tp_as_buffer = 160, // PyBufferProcs *
  tp_flags = 168, // unsigned long
  tp_doc = 176, // const char *
  tp_traverse = 184, // traverseproc
  tp_clear = 192, // inquiry
  tp_richcompare = 200, // richcmpfunc
  tp_weaklistoffset = 208, // Py_ssize_t
  tp_iter = 216, // getiterfunc
  tp_iternext = 224, // iternextfunc
  tp_methods = 232, // PyMethodDef *
  tp_members = 240, // PyMemberDef *
  tp_getset = 248, // PyGetSetDef *
  tp_base = 256, // PyTypeObject *
  tp_dict = 264, // PyObject *
  tp_descr_get = 272, // descrgetfunc
  tp_descr_set = 280, // descrsetfunc
  tp_dictoffset = 288, // Py_ssize_t
  tp_init = 296, // initproc
  tp_alloc = 304, // allocfunc
  tp_new = 312, // newfunc
  tp_free = 320, // freefunc
  tp_is_gc = 328, // inquiry
  tp_bases = 336, // PyObject *
  tp_mro = 344, // PyObject *
  tp_cache = 352, // PyObject *
  tp_subclasses = 360, // PyObject *
  tp_weaklist = 368, // PyObject *
  tp_del = 376, // destructor
  tp_version_tag = 384, // unsigned int
  tp_finalize = 392, // destructor
  tp_vectorcall = 400, // vectorcallfunc
  SIZE = 408,
}

export const enum PyHeapTypeObject {
  ht_type = 0, // PyTypeObject
  as_async_am_await = 408, // unaryfunc
  as_async_am_aiter = 416, // unaryfunc
  as_async_am_anext = 424, // unaryfunc
  as_async_am_send = 432, // sendfunc
  as_async = 408, // PyAsyncMethods
  as_number = 440, // PyNumberMethods
  as_mapping_mp_length = 728, // lenfunc
  as_mapping_mp_subscript = 736, // binaryfunc
  as_mapping_mp_ass_subscript = 744, // objobjargproc
  as_mapping = 728, // PyMappingMethods
  as_sequence = 752, // PySequenceMethods
  as_buffer_bf_getbuffer = 832, // getbufferproc
  as_buffer_bf_releasebuffer = 840, // releasebufferproc
  as_buffer = 832, // PyBufferProcs
  ht_name = 848, // PyObject *
  ht_slots = 856, // PyObject *
  ht_qualname = 864, // PyObject *
  ht_cached_keys = 872, // _dictkeysobject *
  ht_module = 880, // PyObject *
  _ht_tpname = 888, // char *
  _spec_cache_getitem = 896, // PyObject *
  _spec_cache = 896, // _specialization_cache
  SIZE = 904,
}

export const enum PyNumberMethods {
  nb_add = 0, // binaryfunc
  nb_subtract = 8, // binaryfunc
  nb_multiply = 16, // binaryfunc
  nb_remainder = 24, // binaryfunc
  nb_divmod = 32, // binaryfunc
  nb_power = 40, // ternaryfunc
  nb_negative = 48, // unaryfunc
  nb_positive = 56, // unaryfunc
  nb_absolute = 64, // unaryfunc
  nb_bool = 72, // inquiry
  nb_invert = 80, // unaryfunc
  nb_lshift = 88, // binaryfunc
  nb_rshift = 96, // binaryfunc
  nb_and = 104, // binaryfunc
  nb_xor = 112, // binaryfunc
  nb_or = 120, // binaryfunc
  nb_int = 128, // unaryfunc
  nb_reserved = 136, // void *
  nb_float = 144, // unaryfunc
  nb_inplace_add = 152, // binaryfunc
  nb_inplace_subtract = 160, // binaryfunc
  nb_inplace_multiply = 168, // binaryfunc
  nb_inplace_remainder = 176, // binaryfunc
  nb_inplace_power = 184, // ternaryfunc
  nb_inplace_lshift = 192, // binaryfunc
  nb_inplace_rshift = 200, // binaryfunc
  nb_inplace_and = 208, // binaryfunc
  nb_inplace_xor = 216, // binaryfunc
  nb_inplace_or = 224, // binaryfunc
  nb_floor_divide = 232, // binaryfunc
  nb_true_divide = 240, // binaryfunc
  nb_inplace_floor_divide = 248, // binaryfunc
  nb_inplace_true_divide = 256, // binaryfunc
  nb_index = 264, // unaryfunc
  nb_matrix_multiply = 272, // binaryfunc
  nb_inplace_matrix_multiply = 280, // binaryfunc
  SIZE = 288,
}

export const enum PySequenceMethods {
  sq_length = 0, // lenfunc
  sq_concat = 8, // binaryfunc
  sq_repeat = 16, // ssizeargfunc
  sq_item = 24, // ssizeargfunc
  was_sq_slice = 32, // void *
  sq_ass_item = 40, // ssizeobjargproc
  was_sq_ass_slice = 48, // void *
  sq_contains = 56, // objobjproc
  sq_inplace_concat = 64, // binaryfunc
  sq_inplace_repeat = 72, // ssizeargfunc
  SIZE = 80,
}

export const enum PyMappingMethods {
  mp_length = 0, // lenfunc
  mp_subscript = 8, // binaryfunc
  mp_ass_subscript = 16, // objobjargproc
  SIZE = 24,
}

export const enum PyAsyncMethods {
  am_await = 0, // unaryfunc
  am_aiter = 8, // unaryfunc
  am_anext = 16, // unaryfunc
  am_send = 24, // sendfunc
  SIZE = 32,
}

export const enum PyBufferProcs {
  bf_getbuffer = 0, // getbufferproc
  bf_releasebuffer = 8, // releasebufferproc
  SIZE = 16,
}

export const enum PyLongObject {
  ob_size = 16, // Py_ssize_t
  ob_digit = 24, // digit [1]
  SIZE = 32,
}

export const enum PyFloatObject {
  ob_fval = 16, // double
  SIZE = 24,
}

export const enum PyComplexObject {
  cval_real = 16, // double
  cval_imag = 24, // double
  cval = 16, // Py_complex
  SIZE = 32,
}

export const enum PyASCIIObject {
  length = 16, // Py_ssize_t
  hash = 24, // Py_hash_t
  state_interned = 32, // unsigned int:2 (bit 0)
  state_kind = 32, // unsigned int:3 (bit 2)
  state_compact = 32, // unsigned int:1 (bit 5)
  state_ascii = 32, // unsigned int:1 (bit 6)
  state_ready = 32, // unsigned int:1 (bit 7)
  state = 32, // struct
  wstr = 40, // wchar_t *
  SIZE = 48,
}

export const enum PyCompactUnicodeObject {
  length = 16, // Py_ssize_t
  hash = 24, // Py_hash_t
  state_interned = 32, // unsigned int:2 (bit 0)
  state_kind = 32, // unsigned int:3 (bit 2)
  state_compact = 32, // unsigned int:1 (bit 5)
  state_ascii = 32, // unsigned int:1 (bit 6)
  state_ready = 32, // unsigned int:1 (bit 7)
  state = 32, // struct
  wstr = 40, // wchar_t *
  utf8_length = 48, // Py_ssize_t
  utf8 = 56, // char *
  wstr_length = 64, // Py_ssize_t
  SIZE = 72,
}

export const enum PyUnicodeObject {
  length = 16, // Py_ssize_t
  hash = 24, // Py_hash_t
  state_interned = 32, // unsigned int:2 (bit 0)
  state_kind = 32, // unsigned int:3 (bit 2)
  state_compact = 32, // unsigned int:1 (bit 5)
  state_ascii = 32, // unsigned int:1 (bit 6)
  state_ready = 32, // unsigned int:1 (bit 7)
  state = 32, // struct
  wstr = 40, // wchar_t *
  utf8_length = 48, // Py_ssize_t
  utf8 = 56, // char *
  wstr_length = 64, // Py_ssize_t
  data_any = 72, // void *
  data_latin1 = 72, // Py_UCS1 *
  data_ucs2 = 72, // Py_UCS2 *
  data_ucs4 = 72, // Py_UCS4 *
  data = 72, // struct
  SIZE = 80,
}

export const enum PyBytesObject {
  ob_size = 16, // Py_ssize_t
  ob_shash = 24, // Py_hash_t
  ob_sval = 32, // char [1]
  SIZE = 40,
}

export const enum PyByteArrayObject {
  ob_size = 16, // Py_ssize_t
  ob_alloc = 24, // Py_ssize_t
  ob_bytes = 32, // char *
  ob_start = 40, // char *
  ob_exports = 48, // Py_ssize_t
  SIZE = 56,
}

export const enum PyTupleObject {
  ob_size = 16, // Py_ssize_t
  ob_item = 24, // PyObject *[1]
  SIZE = 32,
}

export const enum PyListObject {
  ob_size = 16, // Py_ssize_t
  ob_item = 24, // PyObject **
  allocated = 32, // Py_ssize_t
  SIZE = 40,
}

export const enum PyDictObject {
  ma_used = 16, // Py_ssize_t
  ma_version_tag = 24, // uint64_t
  ma_keys = 32, // PyDictKeysObject *
  ma_values = 40, // PyDictValues *
  SIZE = 48,
}

export const enum PyDictKeysObject {
  dk_refcnt = 0, // Py_ssize_t
  dk_log2_size = 8, // uint8_t
  dk_log2_index_bytes = 9, // uint8_t
  dk_kind = 10, // uint8_t
  dk_version = 12, // uint32_t
  dk_usable = 16, // Py_ssize_t
  dk_nentries = 24, // Py_ssize_t
  dk_indices = 32, // char []
  SIZE = 32,
}

export const enum PyDictKeyEntry {
  me_hash = 0, // Py_hash_t
  me_key = 8, // PyObject *
  me_value = 16, // PyObject *
  SIZE = 24,
}

export const enum PyDictUnicodeEntry {
  me_key = 0, // PyObject *
  me_value = 8, // PyObject *
  SIZE = 16,
}

export const enum PyDictValues {
  values = 0, // PyObject *[1]
  SIZE = 8,
}

export const enum PySetObject {
  fill = 16, // Py_ssize_t
  used = 24, // Py_ssize_t
  mask = 32, // Py_ssize_t
  table = 40, // setentry *
  hash = 48, // Py_hash_t
  finger = 56, // Py_ssize_t
  smalltable = 64, // setentry [8]
  weakreflist = 192, // PyObject *
  SIZE = 200,
}

export const enum setentry {
  key = 0, // PyObject *
  hash = 8, // Py_hash_t
  SIZE = 16,
}

export const enum PySliceObject {
  start = 16, // PyObject *
  stop = 24, // PyObject *
  step = 32, // PyObject *
  SIZE = 40,
}

export const enum PyMemoryViewObject {
  ob_size = 16, // Py_ssize_t
  mbuf = 24, // _PyManagedBufferObject *
  hash = 32, // Py_hash_t
  flags = 40, // int
  exports = 48, // Py_ssize_t
  view = 56, // Py_buffer
  weakreflist = 136, // PyObject *
  ob_array = 144, // Py_ssize_t [1]
  SIZE = 152,
}

export const enum _PyManagedBufferObject {
  flags = 16, // int
  exports = 24, // Py_ssize_t
  master = 32, // Py_buffer
  SIZE = 112,
}

export const enum Py_buffer {
  buf = 0, // void *
  obj = 8, // PyObject *
  len = 16, // Py_ssize_t
  itemsize = 24, // Py_ssize_t
  readonly = 32, // int
  ndim = 36, // int
  format = 40, // char *
  shape = 48, // Py_ssize_t *
  strides = 56, // Py_ssize_t *
  suboffsets = 64, // Py_ssize_t *
  internal = 72, // void *
  SIZE = 80,
}

export const enum PyFunctionObject {
  func_globals = 16, // PyObject *
  func_builtins = 24, // PyObject *
  func_name = 32, // PyObject *
  func_qualname = 40, // PyObject *
  func_code = 48, // PyObject *
  func_defaults = 56, // PyObject *
  func_kwdefaults = 64, // PyObject *
  func_closure = 72, // PyObject *
  func_doc = 80, // PyObject *
  func_dict = 88, // PyObject *
  func_weakreflist = 96, // PyObject *
  func_module = 104, // PyObject *
  func_annotations = 112, // PyObject *
  vectorcall = 120, // vectorcallfunc
  func_version = 128, // uint32_t
  SIZE = 136,
}

export const enum PyMethodObject {
  im_func = 16, // PyObject *
  im_self = 24, // PyObject *
  im_weakreflist = 32, // PyObject *
  vectorcall = 40, // vectorcallfunc
  SIZE = 48,
}

export const enum PyInstanceMethodObject {
  func = 16, // PyObject *
  SIZE = 24,
}

export const enum PyCFunctionObject {
  m_ml = 16, // PyMethodDef *
  m_self = 24, // PyObject *
  m_module = 32, // PyObject *
  m_weakreflist = 40, // PyObject *
  vectorcall = 48, // vectorcallfunc
  SIZE = 56,
}

export const enum PyCMethodObject {
  m_ml = 16, // PyMethodDef *
  m_self = 24, // PyObject *
  m_module = 32, // PyObject *
  m_weakreflist = 40, // PyObject *
  vectorcall = 48, // vectorcallfunc
  func = 0, // PyCFunctionObject
  mm_class = 56, // PyTypeObject *
  SIZE = 64,
}

export const enum PyMethodDef {
  ml_name = 0, // const char *
  ml_meth = 8, // PyCFunction
  ml_flags = 16, // int
  ml_doc = 24, // const char *
  SIZE = 32,
}

export const enum PyMemberDef {
  name = 0, // const char *
  type = 8, // int
  offset = 16, // Py_ssize_t
  flags = 24, // int
  doc = 32, // const char *
  SIZE = 40,
}

export const enum PyGetSetDef {
  name = 0, // const char *
  get = 8, // getter
  set = 16, // setter
  doc = 24, // const char *
  closure = 32, // void *
  SIZE = 40,
}

export const enum PyModuleDef {
  m_base_ob_refcnt = 0, // Py_ssize_t
  m_base_ob_type = 8, // PyTypeObject *
  m_base_m_init = 16, // PyObject *(*)(void)
  m_base_m_index = 24, // Py_ssize_t
  m_base_m_copy = 32, // PyObject *
  m_base = 0, // PyModuleDef_Base
  m_name = 40, // const char *
  m_doc = 48, // const char *
  m_size = 56, // Py_ssize_t
  m_methods = 64, // PyMethodDef *
  m_slots = 72, // PyModuleDef_Slot *
  m_traverse = 80, // traverseproc
  m_clear = 88, // inquiry
  m_free = 96, // freefunc
  SIZE = 104,
}

export const enum PyModuleObject {
  md_dict = 16, // PyObject *
  md_def = 24, // PyModuleDef *
  md_state = 32, // void *
  md_weaklist = 40, // PyObject *
  md_name = 48, // PyObject *
  SIZE = 56,
}

export const enum PyDescrObject {
  d_type = 16, // PyTypeObject *
  d_name = 24, // PyObject *
  d_qualname = 32, // PyObject *
  SIZE = 40,
}

export const enum PyMethodDescrObject {
  d_type = 16, // PyTypeObject *
  d_name = 24, // PyObject *
  d_qualname = 32, // PyObject *
  d_common = 0, // PyDescrObject
  d_method = 40, // PyMethodDef *
  vectorcall = 48, // vectorcallfunc
  SIZE = 56,
}

export const enum PyMemberDescrObject {
  d_type = 16, // PyTypeObject *
  d_name = 24, // PyObject *
  d_qualname = 32, // PyObject *
  d_common = 0, // PyDescrObject
  d_member = 40, // PyMemberDef *
  SIZE = 48,
}

export const enum PyGetSetDescrObject {
  d_type = 16, // PyTypeObject *
  d_name = 24, // PyObject *
  d_qualname = 32, // PyObject *
  d_common = 0, // PyDescrObject
  d_getset = 40, // PyGetSetDef *
  SIZE = 48,
}

export const enum PyWrapperDescrObject {
  d_type = 16, // PyTypeObject *
  d_name = 24, // PyObject *
  d_qualname = 32, // PyObject *
  d_common = 0, // PyDescrObject
  d_base = 40, // wrapperbase *
  d_wrapped = 48, // void *
  SIZE = 56,
}

export const enum PyCellObject {
  ob_ref = 16, // PyObject *
  SIZE = 24,
}

export const enum PyCodeObject {
  ob_size = 16, // Py_ssize_t
  co_consts = 24, // PyObject *
  co_names = 32, // PyObject *
  co_exceptiontable = 40, // PyObject *
  co_flags = 48, // int
  co_warmup = 52, // short
  _co_linearray_entry_size = 54, // short
  co_argcount = 56, // int
  co_posonlyargcount = 60, // int
  co_kwonlyargcount = 64, // int
  co_stacksize = 68, // int
  co_firstlineno = 72, // int
  co_nlocalsplus = 76, // int
  co_nlocals = 80, // int
  co_nplaincellvars = 84, // int
  co_ncellvars = 88, // int
  co_nfreevars = 92, // int
  co_localsplusnames = 96, // PyObject *
  co_localspluskinds = 104, // PyObject *
  co_filename = 112, // PyObject *
  co_name = 120, // PyObject *
  co_qualname = 128, // PyObject *
  co_linetable = 136, // PyObject *
  co_weakreflist = 144, // PyObject *
  _co_code = 152, // PyObject *
  _co_linearray = 160, // char *
  _co_firsttraceable = 168, // int
  co_extra = 176, // void *
  co_code_adaptive = 184, // char [1]
  SIZE = 192,
}

export const enum PyFrameObject {
  f_back = 16, // PyFrameObject *
  f_frame = 24, // _PyInterpreterFrame *
  f_trace = 32, // PyObject *
  f_lineno = 40, // int
  f_trace_lines = 44, // char
  f_trace_opcodes = 45, // char
  f_fast_as_locals = 46, // char
  _f_frame_data = 48, // PyObject *[1]
  SIZE = 56,
}

export const enum _PyInterpreterFrame {
  f_func = 0, // PyFunctionObject *
  f_globals = 8, // PyObject *
  f_builtins = 16, // PyObject *
  f_locals = 24, // PyObject *
  f_code = 32, // PyCodeObject *
  frame_obj = 40, // PyFrameObject *
  previous = 48, // _PyInterpreterFrame *
  prev_instr = 56, // _Py_CODEUNIT *
  stacktop = 64, // int
  is_entry = 68, // _Bool
  owner = 69, // char
  localsplus = 72, // PyObject *[1]
  SIZE = 80,
}

export const enum PyGenObject {
  gi_code = 16, // PyCodeObject *
  gi_weakreflist = 24, // PyObject *
  gi_name = 32, // PyObject *
  gi_qualname = 40, // PyObject *
  gi_exc_state_exc_value = 48, // PyObject *
  gi_exc_state_previous_item = 56, // _err_stackitem *
  gi_exc_state = 48, // _PyErr_StackItem
  gi_origin_or_finalizer = 64, // PyObject *
  gi_hooks_inited = 72, // char
  gi_closed = 73, // char
  gi_running_async = 74, // char
  gi_frame_state = 75, // int8_t
  gi_iframe = 80, // PyObject *[1]
  SIZE = 88,
}

export const enum PyCoroObject {
  cr_code = 16, // PyCodeObject *
  cr_weakreflist = 24, // PyObject *
  cr_name = 32, // PyObject *
  cr_qualname = 40, // PyObject *
  cr_exc_state_exc_value = 48, // PyObject *
  cr_exc_state_previous_item = 56, // _err_stackitem *
  cr_exc_state = 48, // _PyErr_StackItem
  cr_origin_or_finalizer = 64, // PyObject *
  cr_hooks_inited = 72, // char
  cr_closed = 73, // char
  cr_running_async = 74, // char
  cr_frame_state = 75, // int8_t
  cr_iframe = 80, // PyObject *[1]
  SIZE = 88,
}

export const enum PyAsyncGenObject {
  ag_code = 16, // PyCodeObject *
  ag_weakreflist = 24, // PyObject *
  ag_name = 32, // PyObject *
  ag_qualname = 40, // PyObject *
  ag_exc_state_exc_value = 48, // PyObject *
  ag_exc_state_previous_item = 56, // _err_stackitem *
  ag_exc_state = 48, // _PyErr_StackItem
  ag_origin_or_finalizer = 64, // PyObject *
  ag_hooks_inited = 72, // char
  ag_closed = 73, // char
  ag_running_async = 74, // char
  ag_frame_state = 75, // int8_t
  ag_iframe = 80, // PyObject *[1]
  SIZE = 88,
}

export const enum PyWeakReference {
  wr_object = 16, // PyObject *
  wr_callback = 24, // PyObject *
  hash = 32, // Py_hash_t
  wr_prev = 40, // PyWeakReference *
  wr_next = 48, // PyWeakReference *
  vectorcall = 56, // vectorcallfunc
  SIZE = 64,
}

export const enum PyTracebackObject {
  tb_next = 16, // PyTracebackObject *
  tb_frame = 24, // PyFrameObject *
  tb_lasti = 32, // int
  tb_lineno = 36, // int
  SIZE = 40,
}

export const enum PyBaseExceptionObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  SIZE = 72,
}

export const enum PyBaseExceptionGroupObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  msg = 72, // PyObject *
  excs = 80, // PyObject *
  SIZE = 88,
}

export const enum PySyntaxErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  msg = 72, // PyObject *
  filename = 80, // PyObject *
  lineno = 88, // PyObject *
  offset = 96, // PyObject *
  end_lineno = 104, // PyObject *
  end_offset = 112, // PyObject *
  text = 120, // PyObject *
  print_file_and_line = 128, // PyObject *
  SIZE = 136,
}

export const enum PyImportErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  msg = 72, // PyObject *
  name = 80, // PyObject *
  path = 88, // PyObject *
  SIZE = 96,
}

export const enum PyUnicodeErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  encoding = 72, // PyObject *
  object = 80, // PyObject *
  start = 88, // Py_ssize_t
  end = 96, // Py_ssize_t
  reason = 104, // PyObject *
  SIZE = 112,
}

export const enum PySystemExitObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  code = 72, // PyObject *
  SIZE = 80,
}

export const enum PyOSErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  myerrno = 72, // PyObject *
  strerror = 80, // PyObject *
  filename = 88, // PyObject *
  filename2 = 96, // PyObject *
  written = 104, // Py_ssize_t
  SIZE = 112,
}

export const enum PyStopIterationObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  value = 72, // PyObject *
  SIZE = 80,
}

export const enum PyNameErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  name = 72, // PyObject *
  SIZE = 80,
}

export const enum PyAttributeErrorObject {
  dict = 16, // PyObject *
  args = 24, // PyObject *
  notes = 32, // PyObject *
  traceback = 40, // PyObject *
  context = 48, // PyObject *
  cause = 56, // PyObject *
  suppress_context = 64, // char
  obj = 72, // PyObject *
  name = 80, // PyObject *
  SIZE = 88,
}

export const enum PyThreadState {
  prev = 0, // PyThreadState *
  next = 8, // PyThreadState *
  interp = 16, // PyInterpreterState *
  _initialized = 24, // int
  _static = 28, // int
  recursion_remaining = 32, // int
  recursion_limit = 36, // int
  recursion_headroom = 40, // int
  tracing = 44, // int
  tracing_what = 48, // int
  cframe = 56, // _PyCFrame *
  c_profilefunc = 64, // Py_tracefunc
  c_tracefunc = 72, // Py_tracefunc
  c_profileobj = 80, // PyObject *
  c_traceobj = 88, // PyObject *
  curexc_type = 96, // PyObject *
  curexc_value = 104, // PyObject *
  curexc_traceback = 112, // PyObject *
  exc_info = 120, // _PyErr_StackItem *
  dict = 128, // PyObject *
  gilstate_counter = 136, // int
  async_exc = 144, // PyObject *
  thread_id = 152, // unsigned long
  native_thread_id = 160, // unsigned long
  trash_delete_nesting = 168, // int
  trash_delete_later = 176, // PyObject *
  on_delete = 184, // void (*)(void *)
  on_delete_data = 192, // void *
  coroutine_origin_tracking_depth = 200, // int
  async_gen_firstiter = 208, // PyObject *
  async_gen_finalizer = 216, // PyObject *
  context = 224, // PyObject *
  context_ver = 232, // uint64_t
  id = 240, // uint64_t
  trace_info_code = 248, // PyCodeObject *
  trace_info_bounds = 256, // PyCodeAddressRange
  trace_info = 248, // PyTraceInfo
  datastack_chunk = 296, // _PyStackChunk *
  datastack_top = 304, // PyObject **
  datastack_limit = 312, // PyObject **
  exc_value = 320, // PyObject *
  previous_item = 328, // _err_stackitem *
  exc_state = 320, // _PyErr_StackItem
  root_cframe_use_tracing = 336, // uint8_t
  root_cframe_current_frame = 344, // _PyInterpreterFrame *
  root_cframe_previous = 352, // _PyCFrame *
  root_cframe = 336, // _PyCFrame
  SIZE = 360,
}

export const enum _PyErr_StackItem {
  exc_value = 0, // PyObject *
  previous_item = 8, // _err_stackitem *
  SIZE = 16,
}

export const enum _PyCFrame {
  use_tracing = 0, // uint8_t
  current_frame = 8, // _PyInterpreterFrame *
  previous = 16, // _PyCFrame *
  SIZE = 24,
}

export const enum _PyStackChunk {
  previous = 0, // _stack_chunk *
  size = 8, // size_t
  top = 16, // size_t
  data = 24, // PyObject *[1]
  SIZE = 32,
}

export const enum PyContext {
  ctx_prev = 16, // PyContext *
  ctx_vars = 24, // PyHamtObject *
  ctx_weakreflist = 32, // PyObject *
  ctx_entered = 40, // int
  SIZE = 48,
}

export const enum PyContextVar {
  var_name = 16, // PyObject *
  var_default = 24, // PyObject *
  var_cached = 32, // PyObject *
  var_cached_tsid = 40, // uint64_t
  var_cached_tsver = 48, // uint64_t
  var_hash = 56, // Py_hash_t
  SIZE = 64,
}

export const enum PyContextToken {
  tok_ctx = 16, // PyContext *
  tok_var = 24, // PyContextVar *
  tok_oldval = 32, // PyObject *
  tok_used = 40, // int
  SIZE = 48,
}

export const enum PyHamtObject {
  h_root = 16, // PyHamtNode *
  h_weakreflist = 24, // PyObject *
  h_count = 32, // Py_ssize_t
  SIZE = 40,
}

/** Include/cpython/unicodeobject.h, on the native scratch stack. */
export const enum _PyUnicodeWriter {
  buffer = 0, // PyObject *
  data = 8, // void *
  kind = 16, // enum PyUnicode_Kind
  maxchar = 20, // Py_UCS4
  size = 24, // Py_ssize_t
  pos = 32, // Py_ssize_t
  min_length = 40, // Py_ssize_t
  min_char = 48, // Py_UCS4
  overallocate = 52, // unsigned char:1
  readonly = 53, // unsigned char:1
  SIZE = 56,
}

/** Objects/unicodeobject.c: unicodeiterobject */
export const enum unicodeiterobject {
  it_index = 16, // Py_ssize_t
  it_seq = 24, // PyObject *
  SIZE = 32,
}
