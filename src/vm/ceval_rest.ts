import { Op } from "../base/opcodes.ts"
import { ptr, setptr } from "../heap/access.ts"
import {
  _PyErr_StackItem,
  _PyInterpreterFrame as F,
  PyCellObject,
  PyCodeObject,
  PyFunctionObject,
  PyListObject,
  PyThreadState,
} from "../heap/layout.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef, Py_XDECREF } from "../heap/refcount.ts"
import { tstate } from "../heap/tstate.ts"
import { i32 } from "../heap/views.ts"
import { PyNumber_Invert, PyNumber_Negative, PyNumber_Positive, PyObject_DelItem } from "../objects/abstract.ts"
import { PyCell_New } from "../objects/cellobject.ts"
import { _PyDict_SetItem_Take2, PyDict_SetItem } from "../objects/dictobject.ts"
import { _PyAsyncGenValueWrapperNew } from "../objects/genobject.ts"
import { PyList_AsTuple, PyList_New } from "../objects/listobject.ts"
import { PyObject_IsTrue, PyObject_SetAttr } from "../objects/object.ts"
import { PySet_Add } from "../objects/setobject.ts"
import { PySlice_New } from "../objects/sliceobject.ts"
import { Py_False, Py_None, Py_True, PyExc_AssertionError } from "../objects/statictypes.ts"
import { PyTuple_New } from "../objects/tupleobject.ts"
import { get_aiter, get_anext, get_awaitable, get_yield_from_iter } from "./ceval_async.ts"
import { make_function } from "./ceval_calls.ts"
import { cold_op } from "./ceval_cold.ts"
import { check_eg_match, check_exc_match, format_exc_unbound, format_unbound_local, prep_reraise_star } from "./ceval_exc.ts"
import { delete_global, delete_name, load_build_class, load_classderef, load_name, setup_annotations, store_name } from "./ceval_names.ts"
import { before_async_with, before_with, with_except_start } from "./ceval_unpack.ts"

// The instructions that are not in the loop itself.

/** Push an owned object; NULL: an error is set and the stack stays. */
function pushed(sp: number, $v: Own): number {
  if ($v === NULL) return -sp
  setptr(sp, $v)
  return sp + 8
}
/** Replace the top by an owned object; NULL: an error is set. */
function replaced(sp: number, $v: Own): number {
  setptr(sp - 8, $v)
  return $v === NULL ? -sp : sp
}

/** @returns the new stack pointer, negated when an error is set; 0: `opcode` is not one of these. */
export function rest_op(opcode: number, oparg: number, frame: number, sp: number, names: number): number {
  switch (opcode) {
    case Op.BUILD_TUPLE: {
      const $tup = PyTuple_New(oparg)
      if ($tup === NULL) return -sp
      sp -= oparg << 3
      for (let i = 0; i < oparg; i++) setptr($tup + 24 + i * 8, ptr(sp + i * 8))
      setptr(sp, $tup)
      return sp + 8
    }
    case Op.BUILD_LIST: {
      const $list = PyList_New(oparg)
      if ($list === NULL) return -sp
      sp -= oparg << 3
      const items = ptr($list + PyListObject.ob_item)
      for (let i = 0; i < oparg; i++) setptr(items + i * 8, ptr(sp + i * 8))
      setptr(sp, $list)
      return sp + 8
    }
    case Op.STORE_DEREF: {
      sp -= 8
      const slot = (ptr(frame + F.localsplus + (oparg << 3)) + PyCellObject.ob_ref) >> 2
      const old = i32[slot] as Ref
      i32[slot] = i32[sp >> 2]
      Py_XDECREF(old)
      return sp
    }
    case Op.LOAD_NAME:
      return pushed(sp, load_name(frame, ptr(names + (oparg << 3))))
    case Op.STORE_NAME: {
      sp -= 8
      const v = ptr(sp)
      const err = store_name(frame, ptr(names + (oparg << 3)), v)
      Py_DECREF(v)
      return err !== 0 ? -sp : sp
    }
    case Op.STORE_GLOBAL: {
      sp -= 8
      const v = ptr(sp)
      const err = PyDict_SetItem(ptr(frame + F.f_globals), ptr(names + (oparg << 3)), v)
      Py_DECREF(v)
      return err !== 0 ? -sp : sp
    }
    case Op.COPY_FREE_VARS: {
      const code = ptr(frame + F.f_code)
      const closure = ptr(ptr(frame + F.f_func) + PyFunctionObject.func_closure)
      const to = frame + F.localsplus + (i32[(code + PyCodeObject.co_nlocals) >> 2] + i32[(code + PyCodeObject.co_nplaincellvars) >> 2]) * 8
      for (let i = 0; i < oparg; i++) i32[(to + i * 8) >> 2] = Py_NewRef(ptr(closure + 24 + i * 8))
      return sp
    }
    case Op.MAKE_CELL: {
      const slot = (frame + F.localsplus + (oparg << 3)) >> 2
      const old = i32[slot] as Ref
      const $cell = PyCell_New(old)
      if ($cell === NULL) return -sp
      i32[slot] = $cell
      Py_XDECREF(old)
      return sp
    }
    case Op.MAKE_FUNCTION:
      return make_function(frame, sp, oparg)
    case Op.UNARY_NOT: {
      const v = ptr(sp - 8)
      const t = PyObject_IsTrue(v)
      Py_DECREF(v)
      if (t < 0) return -(sp - 8)
      setptr(sp - 8, Py_NewRef(t === 0 ? Py_True : Py_False))
      return sp
    }
    case Op.UNARY_POSITIVE:
    case Op.UNARY_NEGATIVE:
    case Op.UNARY_INVERT: {
      const v = ptr(sp - 8)
      const $res =
        opcode === Op.UNARY_NEGATIVE ? PyNumber_Negative(v) : opcode === Op.UNARY_INVERT ? PyNumber_Invert(v) : PyNumber_Positive(v)
      Py_DECREF(v)
      return replaced(sp, $res)
    }
    case Op.PUSH_EXC_INFO: {
      const v = ptr(sp - 8)
      const slot = ptr(tstate + PyThreadState.exc_info) + _PyErr_StackItem.exc_value
      setptr(sp - 8, ptr(slot) || Py_NewRef(Py_None))
      setptr(sp, Py_NewRef(v))
      setptr(slot, v)
      return sp + 8
    }
    case Op.POP_EXCEPT: {
      sp -= 8
      const slot = ptr(tstate + PyThreadState.exc_info) + _PyErr_StackItem.exc_value
      const v = ptr(slot)
      setptr(slot, ptr(sp))
      Py_XDECREF(v)
      return sp
    }
    case Op.CHECK_EXC_MATCH: {
      const right = ptr(sp - 8)
      const res = check_exc_match(ptr(sp - 16), right)
      Py_DECREF(right)
      if (res < 0) return -(sp - 8)
      setptr(sp - 8, Py_NewRef(res !== 0 ? Py_True : Py_False))
      return sp
    }
    case Op.CHECK_EG_MATCH:
      return check_eg_match(sp)
    case Op.PREP_RERAISE_STAR: {
      const excs = ptr(sp - 8)
      const orig = ptr(sp - 16)
      sp -= 16
      const $v = prep_reraise_star(orig, excs)
      Py_DECREF(excs)
      Py_DECREF(orig)
      return pushed(sp, $v)
    }
    case Op.BEFORE_WITH:
      return before_with(sp)
    case Op.BEFORE_ASYNC_WITH:
      return before_async_with(sp)
    case Op.WITH_EXCEPT_START:
      return pushed(sp, with_except_start(sp))
    case Op.LOAD_ASSERTION_ERROR:
      return pushed(sp, Py_NewRef(PyExc_AssertionError))
    case Op.BUILD_SLICE: {
      const step = oparg === 3 ? ptr(sp - 8) : NULL
      if (oparg === 3) sp -= 8
      const stop = ptr(sp - 8)
      const start = ptr(sp - 16)
      const $slice = PySlice_New(start, stop, step)
      sp -= 8
      Py_DECREF(start)
      Py_DECREF(stop)
      Py_XDECREF(step)
      return replaced(sp, $slice)
    }
    case Op.LIST_TO_TUPLE: {
      const list = ptr(sp - 8)
      const $tuple = PyList_AsTuple(list)
      Py_DECREF(list)
      return pushed(sp - 8, $tuple)
    }
    case Op.SET_ADD: {
      sp -= 8
      const v = ptr(sp)
      const err = PySet_Add(ptr(sp - (oparg << 3)), v)
      Py_DECREF(v)
      return err !== 0 ? -sp : sp
    }
    case Op.MAP_ADD: {
      sp -= 16
      return _PyDict_SetItem_Take2(ptr(sp - (oparg << 3)), ptr(sp) as Own, ptr(sp + 8) as Own) !== 0 ? -sp : sp
    }
    case Op.DELETE_SUBSCR: {
      const sub = ptr(sp - 8)
      const container = ptr(sp - 16)
      sp -= 16
      const err = PyObject_DelItem(container, sub)
      Py_DECREF(container)
      Py_DECREF(sub)
      return err !== 0 ? -sp : sp
    }
    case Op.DELETE_ATTR: {
      sp -= 8
      const owner = ptr(sp)
      const err = PyObject_SetAttr(owner, ptr(names + (oparg << 3)), NULL)
      Py_DECREF(owner)
      return err !== 0 ? -sp : sp
    }
    case Op.DELETE_NAME:
      return delete_name(frame, ptr(names + (oparg << 3))) !== 0 ? -sp : sp
    case Op.DELETE_GLOBAL:
      return delete_global(frame, ptr(names + (oparg << 3))) !== 0 ? -sp : sp
    case Op.DELETE_FAST: {
      const slot = (frame + F.localsplus + (oparg << 3)) >> 2
      const v = i32[slot] as Ref
      if (v === 0) {
        format_unbound_local(ptr(frame + F.f_code), oparg)
        return -sp
      }
      i32[slot] = 0
      Py_DECREF(v)
      return sp
    }
    case Op.DELETE_DEREF: {
      const slot = (ptr(frame + F.localsplus + (oparg << 3)) + PyCellObject.ob_ref) >> 2
      const v = i32[slot] as Ref
      if (v === 0) {
        format_exc_unbound(ptr(frame + F.f_code), oparg)
        return -sp
      }
      i32[slot] = 0
      Py_DECREF(v)
      return sp
    }
    case Op.LOAD_CLASSDEREF:
      return pushed(sp, load_classderef(frame, oparg))
    case Op.LOAD_BUILD_CLASS:
      return pushed(sp, load_build_class(frame))
    case Op.SETUP_ANNOTATIONS:
      return setup_annotations(frame) !== 0 ? -sp : sp
    case Op.ASYNC_GEN_WRAP: {
      const v = ptr(sp - 8)
      const $w = _PyAsyncGenValueWrapperNew(v)
      if ($w === NULL) return -sp
      setptr(sp - 8, $w)
      Py_DECREF(v)
      return sp
    }
    case Op.GET_AITER:
      return replaced(sp, get_aiter(ptr(sp - 8) as Own))
    case Op.GET_ANEXT:
      return pushed(sp, get_anext(ptr(sp - 8)))
    case Op.GET_AWAITABLE:
      return replaced(sp, get_awaitable(ptr(sp - 8) as Own, oparg))
    case Op.GET_YIELD_FROM_ITER:
      return replaced(sp, get_yield_from_iter(ptr(sp - 8) as Own, i32[(ptr(frame + F.f_code) + PyCodeObject.co_flags) >> 2]))
    case Op.BUILD_SET:
    case Op.BUILD_MAP:
    case Op.BUILD_CONST_KEY_MAP:
    case Op.BUILD_STRING:
    case Op.FORMAT_VALUE:
    case Op.LIST_EXTEND:
    case Op.SET_UPDATE:
    case Op.DICT_UPDATE:
    case Op.DICT_MERGE:
    case Op.IMPORT_NAME:
    case Op.IMPORT_FROM:
    case Op.IMPORT_STAR:
    case Op.PRINT_EXPR:
    case Op.UNPACK_EX:
    case Op.GET_LEN:
    case Op.MATCH_CLASS:
    case Op.MATCH_MAPPING:
    case Op.MATCH_SEQUENCE:
    case Op.MATCH_KEYS:
      return cold_op(opcode, oparg, frame, sp, names)
  }
  return 0
}
