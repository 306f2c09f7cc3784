import fs from "node:fs"
import os from "node:os"
import { E, errnoOfError } from "../base/errno.ts"
import { double, int32, ptr, setdouble, setint32, setptr } from "../heap/access.ts"
import { cstackMark, cstackReset } from "../heap/cstack.ts"
import { fn } from "../heap/fntable.ts"
import { PyTypeObject } from "../heap/layout.ts"
import { RUNTIME, Runtime } from "../heap/map.ts"
import { NULL, type Own, type Ref } from "../heap/ref.ts"
import { Py_DECREF, Py_NewRef } from "../heap/refcount.ts"
import { staticAlloc } from "../heap/statics.ts"
import { u8 } from "../heap/views.ts"
import { PyBuffer_Release } from "../objects/abstract.ts"
import { argBuffer, bufOf, lenOf } from "../objects/bytes_methods.ts"
import { _PyBytes_Resize, PyBytes_AS_STRING, PyBytes_FromJS, PyBytes_FromStringAndSize } from "../objects/bytesobject.ts"
import { defineModule, definePrivateType, type MethodSpec } from "../objects/define.ts"
import { PyErr_NewException, PyErr_Occurred, PyErr_SetFromErrno, PyErr_SetObject, PyErr_SetString } from "../objects/errors.ts"
import { PyFloat_AsDouble, PyFloat_Check, PyFloat_FromDouble } from "../objects/floatobject.ts"
import { tp_free } from "../objects/freelists.ts"
import { _PyArg_CheckPositional, argGiven, parseTuple } from "../objects/getargs.ts"
import { PyList_Append, PyList_New } from "../objects/listobject.ts"
import { _PyLong_AsInt, PyLong_AsDouble, PyLong_AsLong, PyLong_Check, PyLong_FromLong } from "../objects/longobject.ts"
import { PyModule_AddObject, PyModule_AddObjectRef } from "../objects/moduleobject.ts"
import { PyObject_IsTrue, strJS, typeName } from "../objects/object.ts"
import { type allocfunc, METH, TPFLAGS } from "../objects/slots.ts"
import {
  Py_None,
  Py_True,
  PyExc_OSError,
  PyExc_OverflowError,
  PyExc_TimeoutError,
  PyExc_TypeError,
  PyExc_ValueError,
} from "../objects/statictypes.ts"
import { PyType_GenericAlloc, PyType_Ready } from "../objects/typeobject.ts"
import { PyUnicode_AsJS, PyUnicode_Check, PyUnicode_FromString } from "../objects/unicodeobject.ts"
import { eval_frame_handle_pending } from "../vm/ceval_pending.ts"
import { PyEval_RestoreThread, PyEval_SaveThread, waitOnWord } from "../vm/gil.ts"
import { closeFd, makePipe, readFd, writeFd } from "./posix/files.ts"
import { readReady, writeReady } from "./posix/pushback.ts"
import { addInts, none, ownTuple, truth } from "./support.ts"

// Modules/socketmodule.c, without a network: names, addresses, byte orders, and socket pairs, which are two pipes. Node has no blocking
// sockets; opening one gives the system's "address family not supported".

const CONSTANTS = {
  AF_ALG: 38,
  AF_APPLETALK: 5,
  AF_ASH: 18,
  AF_ATMPVC: 8,
  AF_ATMSVC: 20,
  AF_AX25: 3,
  AF_BRIDGE: 7,
  AF_CAN: 29,
  AF_DECnet: 12,
  AF_ECONET: 19,
  AF_INET: 2,
  AF_INET6: 10,
  AF_IPX: 4,
  AF_IRDA: 23,
  AF_KEY: 15,
  AF_LLC: 26,
  AF_NETBEUI: 13,
  AF_NETLINK: 16,
  AF_NETROM: 6,
  AF_PACKET: 17,
  AF_PPPOX: 24,
  AF_QIPCRTR: 42,
  AF_RDS: 21,
  AF_ROSE: 11,
  AF_ROUTE: 16,
  AF_SECURITY: 14,
  AF_SNA: 22,
  AF_TIPC: 30,
  AF_UNIX: 1,
  AF_UNSPEC: 0,
  AF_VSOCK: 40,
  AF_WANPIPE: 25,
  AF_X25: 9,
  AI_ADDRCONFIG: 32,
  AI_ALL: 16,
  AI_CANONNAME: 2,
  AI_NUMERICHOST: 4,
  AI_NUMERICSERV: 1024,
  AI_PASSIVE: 1,
  AI_V4MAPPED: 8,
  ALG_OP_DECRYPT: 0,
  ALG_OP_ENCRYPT: 1,
  ALG_OP_SIGN: 2,
  ALG_OP_VERIFY: 3,
  ALG_SET_AEAD_ASSOCLEN: 4,
  ALG_SET_AEAD_AUTHSIZE: 5,
  ALG_SET_IV: 2,
  ALG_SET_KEY: 1,
  ALG_SET_OP: 3,
  ALG_SET_PUBKEY: 6,
  CAN_BCM: 2,
  CAN_BCM_CAN_FD_FRAME: 2048,
  CAN_BCM_RX_ANNOUNCE_RESUME: 256,
  CAN_BCM_RX_CHANGED: 12,
  CAN_BCM_RX_CHECK_DLC: 64,
  CAN_BCM_RX_DELETE: 6,
  CAN_BCM_RX_FILTER_ID: 32,
  CAN_BCM_RX_NO_AUTOTIMER: 128,
  CAN_BCM_RX_READ: 7,
  CAN_BCM_RX_RTR_FRAME: 1024,
  CAN_BCM_RX_SETUP: 5,
  CAN_BCM_RX_STATUS: 10,
  CAN_BCM_RX_TIMEOUT: 11,
  CAN_BCM_SETTIMER: 1,
  CAN_BCM_STARTTIMER: 2,
  CAN_BCM_TX_ANNOUNCE: 8,
  CAN_BCM_TX_COUNTEVT: 4,
  CAN_BCM_TX_CP_CAN_ID: 16,
  CAN_BCM_TX_DELETE: 2,
  CAN_BCM_TX_EXPIRED: 9,
  CAN_BCM_TX_READ: 3,
  CAN_BCM_TX_RESET_MULTI_IDX: 512,
  CAN_BCM_TX_SEND: 4,
  CAN_BCM_TX_SETUP: 1,
  CAN_BCM_TX_STATUS: 8,
  CAN_EFF_FLAG: 2147483648,
  CAN_EFF_MASK: 536870911,
  CAN_ERR_FLAG: 536870912,
  CAN_ERR_MASK: 536870911,
  CAN_ISOTP: 6,
  CAN_J1939: 7,
  CAN_RAW: 1,
  CAN_RAW_FD_FRAMES: 5,
  CAN_RAW_FILTER: 1,
  CAN_RAW_JOIN_FILTERS: 6,
  CAN_RAW_LOOPBACK: 3,
  CAN_RAW_RECV_OWN_MSGS: 4,
  CAN_RTR_FLAG: 1073741824,
  CAN_SFF_MASK: 2047,
  EAI_ADDRFAMILY: -9,
  EAI_AGAIN: -3,
  EAI_BADFLAGS: -1,
  EAI_FAIL: -4,
  EAI_FAMILY: -6,
  EAI_MEMORY: -10,
  EAI_NODATA: -5,
  EAI_NONAME: -2,
  EAI_OVERFLOW: -12,
  EAI_SERVICE: -8,
  EAI_SOCKTYPE: -7,
  EAI_SYSTEM: -11,
  INADDR_ALLHOSTS_GROUP: 3758096385,
  INADDR_ANY: 0,
  INADDR_BROADCAST: 4294967295,
  INADDR_LOOPBACK: 2130706433,
  INADDR_MAX_LOCAL_GROUP: 3758096639,
  INADDR_NONE: 4294967295,
  INADDR_UNSPEC_GROUP: 3758096384,
  IOCTL_VM_SOCKETS_GET_LOCAL_CID: 1977,
  IPPORT_RESERVED: 1024,
  IPPORT_USERRESERVED: 5000,
  IPPROTO_AH: 51,
  IPPROTO_DSTOPTS: 60,
  IPPROTO_EGP: 8,
  IPPROTO_ESP: 50,
  IPPROTO_FRAGMENT: 44,
  IPPROTO_GRE: 47,
  IPPROTO_HOPOPTS: 0,
  IPPROTO_ICMP: 1,
  IPPROTO_ICMPV6: 58,
  IPPROTO_IDP: 22,
  IPPROTO_IGMP: 2,
  IPPROTO_IP: 0,
  IPPROTO_IPIP: 4,
  IPPROTO_IPV6: 41,
  IPPROTO_MPTCP: 262,
  IPPROTO_NONE: 59,
  IPPROTO_PIM: 103,
  IPPROTO_PUP: 12,
  IPPROTO_RAW: 255,
  IPPROTO_ROUTING: 43,
  IPPROTO_RSVP: 46,
  IPPROTO_SCTP: 132,
  IPPROTO_TCP: 6,
  IPPROTO_TP: 29,
  IPPROTO_UDP: 17,
  IPPROTO_UDPLITE: 136,
  IPV6_CHECKSUM: 7,
  IPV6_DONTFRAG: 62,
  IPV6_DSTOPTS: 59,
  IPV6_HOPLIMIT: 52,
  IPV6_HOPOPTS: 54,
  IPV6_JOIN_GROUP: 20,
  IPV6_LEAVE_GROUP: 21,
  IPV6_MULTICAST_HOPS: 18,
  IPV6_MULTICAST_IF: 17,
  IPV6_MULTICAST_LOOP: 19,
  IPV6_NEXTHOP: 9,
  IPV6_PATHMTU: 61,
  IPV6_PKTINFO: 50,
  IPV6_RECVDSTOPTS: 58,
  IPV6_RECVHOPLIMIT: 51,
  IPV6_RECVHOPOPTS: 53,
  IPV6_RECVPATHMTU: 60,
  IPV6_RECVPKTINFO: 49,
  IPV6_RECVRTHDR: 56,
  IPV6_RECVTCLASS: 66,
  IPV6_RTHDR: 57,
  IPV6_RTHDRDSTOPTS: 55,
  IPV6_RTHDR_TYPE_0: 0,
  IPV6_TCLASS: 67,
  IPV6_UNICAST_HOPS: 16,
  IPV6_V6ONLY: 26,
  IP_ADD_MEMBERSHIP: 35,
  IP_BIND_ADDRESS_NO_PORT: 24,
  IP_DEFAULT_MULTICAST_LOOP: 1,
  IP_DEFAULT_MULTICAST_TTL: 1,
  IP_DROP_MEMBERSHIP: 36,
  IP_HDRINCL: 3,
  IP_MAX_MEMBERSHIPS: 20,
  IP_MULTICAST_IF: 32,
  IP_MULTICAST_LOOP: 34,
  IP_MULTICAST_TTL: 33,
  IP_OPTIONS: 4,
  IP_RECVOPTS: 6,
  IP_RECVRETOPTS: 7,
  IP_RECVTOS: 13,
  IP_RETOPTS: 7,
  IP_TOS: 1,
  IP_TRANSPARENT: 19,
  IP_TTL: 2,
  J1939_EE_INFO_NONE: 0,
  J1939_EE_INFO_TX_ABORT: 1,
  J1939_FILTER_MAX: 512,
  J1939_IDLE_ADDR: 254,
  J1939_MAX_UNICAST_ADDR: 253,
  J1939_NLA_BYTES_ACKED: 1,
  J1939_NLA_PAD: 0,
  J1939_NO_ADDR: 255,
  J1939_NO_NAME: 0,
  J1939_NO_PGN: 262144,
  J1939_PGN_ADDRESS_CLAIMED: 60928,
  J1939_PGN_ADDRESS_COMMANDED: 65240,
  J1939_PGN_MAX: 262143,
  J1939_PGN_PDU1_MAX: 261888,
  J1939_PGN_REQUEST: 59904,
  MSG_CMSG_CLOEXEC: 1073741824,
  MSG_CONFIRM: 2048,
  MSG_CTRUNC: 8,
  MSG_DONTROUTE: 4,
  MSG_DONTWAIT: 64,
  MSG_EOR: 128,
  MSG_ERRQUEUE: 8192,
  MSG_FASTOPEN: 536870912,
  MSG_MORE: 32768,
  MSG_NOSIGNAL: 16384,
  MSG_OOB: 1,
  MSG_PEEK: 2,
  MSG_TRUNC: 32,
  MSG_WAITALL: 256,
  NETLINK_CRYPTO: 21,
  NETLINK_DNRTMSG: 14,
  NETLINK_FIREWALL: 3,
  NETLINK_IP6_FW: 13,
  NETLINK_NFLOG: 5,
  NETLINK_ROUTE: 0,
  NETLINK_USERSOCK: 2,
  NETLINK_XFRM: 6,
  NI_DGRAM: 16,
  NI_MAXHOST: 1025,
  NI_MAXSERV: 32,
  NI_NAMEREQD: 8,
  NI_NOFQDN: 4,
  NI_NUMERICHOST: 1,
  NI_NUMERICSERV: 2,
  PACKET_BROADCAST: 1,
  PACKET_FASTROUTE: 6,
  PACKET_HOST: 0,
  PACKET_LOOPBACK: 5,
  PACKET_MULTICAST: 2,
  PACKET_OTHERHOST: 3,
  PACKET_OUTGOING: 4,
  PF_CAN: 29,
  PF_PACKET: 17,
  PF_RDS: 21,
  SCM_CREDENTIALS: 2,
  SCM_J1939_DEST_ADDR: 1,
  SCM_J1939_DEST_NAME: 2,
  SCM_J1939_ERRQUEUE: 4,
  SCM_J1939_PRIO: 3,
  SCM_RIGHTS: 1,
  SHUT_RD: 0,
  SHUT_RDWR: 2,
  SHUT_WR: 1,
  SOCK_CLOEXEC: 524288,
  SOCK_DGRAM: 2,
  SOCK_NONBLOCK: 2048,
  SOCK_RAW: 3,
  SOCK_RDM: 4,
  SOCK_SEQPACKET: 5,
  SOCK_STREAM: 1,
  SOL_ALG: 279,
  SOL_CAN_BASE: 100,
  SOL_CAN_RAW: 101,
  SOL_IP: 0,
  SOL_RDS: 276,
  SOL_SOCKET: 1,
  SOL_TCP: 6,
  SOL_TIPC: 271,
  SOL_UDP: 17,
  SOMAXCONN: 4096,
  SO_ACCEPTCONN: 30,
  SO_BINDTODEVICE: 25,
  SO_BROADCAST: 6,
  SO_DEBUG: 1,
  SO_DOMAIN: 39,
  SO_DONTROUTE: 5,
  SO_ERROR: 4,
  SO_INCOMING_CPU: 49,
  SO_J1939_ERRQUEUE: 4,
  SO_J1939_FILTER: 1,
  SO_J1939_PROMISC: 2,
  SO_J1939_SEND_PRIO: 3,
  SO_KEEPALIVE: 9,
  SO_LINGER: 13,
  SO_MARK: 36,
  SO_OOBINLINE: 10,
  SO_PASSCRED: 16,
  SO_PASSSEC: 34,
  SO_PEERCRED: 17,
  SO_PEERSEC: 31,
  SO_PRIORITY: 12,
  SO_PROTOCOL: 38,
  SO_RCVBUF: 8,
  SO_RCVLOWAT: 18,
  SO_RCVTIMEO: 20,
  SO_REUSEADDR: 2,
  SO_REUSEPORT: 15,
  SO_SNDBUF: 7,
  SO_SNDLOWAT: 19,
  SO_SNDTIMEO: 21,
  SO_TYPE: 3,
  SO_VM_SOCKETS_BUFFER_MAX_SIZE: 2,
  SO_VM_SOCKETS_BUFFER_MIN_SIZE: 1,
  SO_VM_SOCKETS_BUFFER_SIZE: 0,
  TCP_CONGESTION: 13,
  TCP_CORK: 3,
  TCP_DEFER_ACCEPT: 9,
  TCP_FASTOPEN: 23,
  TCP_INFO: 11,
  TCP_KEEPCNT: 6,
  TCP_KEEPIDLE: 4,
  TCP_KEEPINTVL: 5,
  TCP_LINGER2: 8,
  TCP_MAXSEG: 2,
  TCP_NODELAY: 1,
  TCP_NOTSENT_LOWAT: 25,
  TCP_QUICKACK: 12,
  TCP_SYNCNT: 7,
  TCP_USER_TIMEOUT: 18,
  TCP_WINDOW_CLAMP: 10,
  TIPC_ADDR_ID: 3,
  TIPC_ADDR_NAME: 2,
  TIPC_ADDR_NAMESEQ: 1,
  TIPC_CFG_SRV: 0,
  TIPC_CLUSTER_SCOPE: 2,
  TIPC_CONN_TIMEOUT: 130,
  TIPC_CRITICAL_IMPORTANCE: 3,
  TIPC_DEST_DROPPABLE: 129,
  TIPC_HIGH_IMPORTANCE: 2,
  TIPC_IMPORTANCE: 127,
  TIPC_LOW_IMPORTANCE: 0,
  TIPC_MEDIUM_IMPORTANCE: 1,
  TIPC_NODE_SCOPE: 3,
  TIPC_PUBLISHED: 1,
  TIPC_SRC_DROPPABLE: 128,
  TIPC_SUBSCR_TIMEOUT: 3,
  TIPC_SUB_CANCEL: 4,
  TIPC_SUB_PORTS: 1,
  TIPC_SUB_SERVICE: 2,
  TIPC_TOP_SRV: 1,
  TIPC_WAIT_FOREVER: -1,
  TIPC_WITHDRAWN: 2,
  TIPC_ZONE_SCOPE: 1,
  UDPLITE_RECV_CSCOV: 11,
  UDPLITE_SEND_CSCOV: 10,
  VMADDR_CID_ANY: 4294967295,
  VMADDR_CID_HOST: 2,
  VMADDR_PORT_ANY: 4294967295,
  VM_SOCKETS_INVALID_VERSION: 4294967295,
}

const enum Sock {
  fd = 16,
  family = 20,
  type = 24,
  proto = 28,
  timeout = 32,
  SIZE = 40,
}
/** A pair's descriptor for writing plus one, by its descriptor for reading. */
const WRITERS = staticAlloc(4 * 1024)
/** herror, gaierror (owned by the module too), the default timeout. */
const STATE = staticAlloc(24)
const DEFAULT_TIMEOUT = STATE + 16

function osError(errno: number): Own {
  return PyErr_SetFromErrno(PyExc_OSError, errno)
}
function gaierror(code: number, message: string): Own {
  const $args = ownTuple(PyLong_FromLong(code), PyUnicode_FromString(message))
  if ($args === NULL) return NULL
  PyErr_SetObject(ptr(STATE + 8), $args)
  Py_DECREF($args)
  return NULL
}
function writerOf(fd: number): number {
  return fd >= 0 && fd < 1024 ? int32(WRITERS + 4 * fd) - 1 : -1
}
function closePair(fd: number): void {
  const w = writerOf(fd)
  if (w >= 0) {
    setint32(WRITERS + 4 * fd, 0)
    closeFd(w)
  }
  closeFd(fd)
}

function sock_new(type: Ref, _args: Ref, _kwds: Ref): Own {
  const $s = fn<allocfunc>(ptr(type + PyTypeObject.tp_alloc))(type, 0)
  if ($s !== NULL) {
    setint32($s + Sock.fd, -1)
    setdouble($s + Sock.timeout, -1)
  }
  return $s
}
function sock_init(self: Ref, args: Ref, kwds: Ref): number {
  const at = parseTuple(args, kwds, "|iiiO:socket", ["family", "type", "proto", "fileno"])
  if (at === 0) return -1
  const [family, type, proto] = [0, 1, 2].map((i) => (argGiven(i) ? int32(at + 8 * i) : -1))
  const fileno = ptr(at + 24)
  if (fileno === NULL || fileno === Py_None) {
    osError(E.EAFNOSUPPORT)
    return -1
  }
  if (PyFloat_Check(fileno)) {
    PyErr_SetString(PyExc_TypeError, "integer argument expected, got float")
    return -1
  }
  const fd = _PyLong_AsInt(fileno)
  if (fd === -1 && PyErr_Occurred()) return -1
  if (fd < 0) {
    PyErr_SetString(PyExc_ValueError, "negative file descriptor")
    return -1
  }
  if (writerOf(fd) < 0) {
    try {
      fs.fstatSync(fd)
      osError(E.ENOTSOCK)
    } catch (e) {
      osError(errnoOfError(e))
    }
    return -1
  }
  setint32(self + Sock.fd, fd)
  setint32(self + Sock.family, family < 0 ? CONSTANTS.AF_UNIX : family)
  setint32(self + Sock.type, type < 0 ? CONSTANTS.SOCK_STREAM : type & ~(CONSTANTS.SOCK_NONBLOCK | CONSTANTS.SOCK_CLOEXEC))
  setint32(self + Sock.proto, Math.max(proto, 0))
  setdouble(self + Sock.timeout, type > 0 && type & CONSTANTS.SOCK_NONBLOCK ? 0 : double(DEFAULT_TIMEOUT) - 1)
  return 0
}
function sock_dealloc(self: Ref): void {
  const fd = int32(self + Sock.fd)
  if (fd >= 0) {
    try {
      closePair(fd)
    } catch {
      // nobody is there to be told
    }
  }
  tp_free(self)
}
function sock_repr(self: Ref): Own {
  const [fd, family, type, proto] = [Sock.fd, Sock.family, Sock.type, Sock.proto].map((o) => int32(self + o))
  return PyUnicode_FromString(`<socket object, fd=${fd}, family=${family}, type=${type}, proto=${proto}>`)
}
function get_family(self: Ref): Own {
  return PyLong_FromLong(int32(self + Sock.family))
}
function get_type(self: Ref): Own {
  return PyLong_FromLong(int32(self + Sock.type))
}
function get_proto(self: Ref): Own {
  return PyLong_FromLong(int32(self + Sock.proto))
}
function sock_fileno(self: Ref): Own {
  return PyLong_FromLong(int32(self + Sock.fd))
}
function sock_close(self: Ref): Own {
  const fd = int32(self + Sock.fd)
  if (fd < 0) return none()
  setint32(self + Sock.fd, -1)
  try {
    closePair(fd)
    return none()
  } catch (e) {
    return osError(errnoOfError(e))
  }
}
function sock_detach(self: Ref): Own {
  const fd = int32(self + Sock.fd)
  setint32(self + Sock.fd, -1)
  return PyLong_FromLong(fd)
}
/** A timeout argument: seconds, -1 for None; NaN with the error set. */
function timeoutOf(arg: Ref): number {
  if (arg === Py_None) return -1
  const t = PyFloat_Check(arg) ? PyFloat_AsDouble(arg) : PyLong_Check(arg) ? PyLong_AsDouble(arg) : PyLong_AsLong(arg)
  if (t === -1 && PyErr_Occurred()) return Number.NaN
  if (t < 0) {
    PyErr_SetString(PyExc_ValueError, "Timeout value out of range")
    return Number.NaN
  }
  return t
}
function timeoutObject(t: number): Own {
  return t < 0 ? none() : PyFloat_FromDouble(t)
}
function sock_settimeout(self: Ref, arg: Ref): Own {
  const t = timeoutOf(arg)
  if (Number.isNaN(t)) return NULL
  setdouble(self + Sock.timeout, t)
  return none()
}
function sock_gettimeout(self: Ref): Own {
  return timeoutObject(double(self + Sock.timeout))
}
function get_timeout(self: Ref): Own {
  return sock_gettimeout(self)
}
function sock_setblocking(self: Ref, arg: Ref): Own {
  const b = PyObject_IsTrue(arg)
  if (b < 0) return NULL
  setdouble(self + Sock.timeout, b ? -1 : 0)
  return none()
}
function sock_getblocking(self: Ref): Own {
  return truth(double(self + Sock.timeout) !== 0)
}

/** Wait as the timeout says until `ready`; false with BlockingIOError, TimeoutError or a handler's error set. */
function sockWait(self: Ref, ready: () => number): boolean {
  const t = double(self + Sock.timeout)
  const deadline = performance.now() + t * 1000
  try {
    for (let pause = 0.5; ready() === 0; pause = Math.min(pause * 1.5, 10)) {
      if (t === 0) {
        osError(E.EAGAIN)
        return false
      }
      if (t > 0 && performance.now() >= deadline) {
        PyErr_SetString(PyExc_TimeoutError, "timed out")
        return false
      }
      PyEval_SaveThread()
      waitOnWord(RUNTIME + Runtime.sleep_word, 0, pause)
      PyEval_RestoreThread()
      if (eval_frame_handle_pending() < 0) return false
    }
    return true
  } catch (e) {
    osError(errnoOfError(e))
    return false
  }
}
function open(self: Ref): number {
  const fd = int32(self + Sock.fd)
  if (fd < 0) osError(E.EBADF)
  return fd
}
function receive(self: Ref, addr: number, n: number): number {
  const fd = open(self)
  if (fd < 0) return -1
  if (n === 0) return 0
  if (double(self + Sock.timeout) >= 0 && !sockWait(self, () => readReady(fd))) return -1
  return readFd(fd, addr, n, null)
}
function sock_recv(self: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "n|i:recv", null)
  if (at === 0) return NULL
  const n = int32(at)
  if (n < 0) return PyErr_SetString(PyExc_ValueError, "negative buffersize in recv")
  const $b = PyBytes_FromStringAndSize(0, n)
  if ($b === NULL) return NULL
  const got = receive(self, PyBytes_AS_STRING($b), n)
  if (got < 0) {
    Py_DECREF($b)
    return NULL
  }
  return got === n ? $b : _PyBytes_Resize($b, got)
}
function sock_recvfrom(self: Ref, args: Ref): Own {
  const $b = sock_recv(self, args)
  return $b === NULL ? NULL : ownTuple($b, Py_NewRef(Py_None))
}
function sock_recv_into(self: Ref, args: Ref, kwds: Ref): Own {
  const mark = cstackMark()
  const at = parseTuple(args, kwds, "w*|ni:recv_into", ["buffer", "nbytes", "flags"])
  let $r: Own = NULL
  if (at !== 0) {
    const view = ptr(at)
    const want = argGiven(1) ? int32(at + 8) : 0
    const got = want < 0 || want > lenOf(view) ? -2 : receive(self, bufOf(view), want || lenOf(view))
    PyBuffer_Release(view)
    if (got === -2)
      PyErr_SetString(PyExc_ValueError, want < 0 ? "negative buffersize in recv_into" : "buffer too small for requested bytes")
    else if (got >= 0) $r = PyLong_FromLong(got)
  }
  cstackReset(mark)
  return $r
}
function sendBytes(self: Ref, data: Ref, fname: string, all: boolean): Own {
  const fd = open(self)
  if (fd < 0) return NULL
  const mark = cstackMark()
  const view = argBuffer(data, fname, "argument 1")
  let $r: Own = NULL
  if (view !== 0) {
    const w = writerOf(fd)
    if (w < 0) osError(E.EPIPE)
    else if (sockWait(self, () => writeReady(w))) {
      const at = bufOf(view)
      const n = lenOf(view)
      let sent = 0
      let k = 0
      do {
        k = n === 0 ? 0 : writeFd(w, at + sent, n - sent, null)
        if (k > 0) sent += k
      } while (all && k > 0 && sent < n)
      if (k >= 0) $r = all ? none() : PyLong_FromLong(sent)
    }
    PyBuffer_Release(view)
  }
  cstackReset(mark)
  return $r
}
function sock_send(self: Ref, args: number, nargs: number): Own {
  return _PyArg_CheckPositional("send", nargs, 1, 2) ? sendBytes(self, ptr(args), "send", false) : NULL
}
function sock_sendall(self: Ref, args: number, nargs: number): Own {
  return _PyArg_CheckPositional("sendall", nargs, 1, 2) ? sendBytes(self, ptr(args), "sendall", true) : NULL
}
/** Everything can be read; half of a pair can be closed for writing. */
function sock_shutdown(self: Ref, arg: Ref): Own {
  const how = _PyLong_AsInt(arg)
  if (how === -1 && PyErr_Occurred()) return NULL
  const fd = open(self)
  if (fd < 0) return NULL
  const w = writerOf(fd)
  if (how !== CONSTANTS.SHUT_RD && w >= 0) {
    setint32(WRITERS + 4 * fd, 0)
    closeFd(w)
  }
  return none()
}
function sock_getsockopt(self: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("getsockopt", nargs, 2, 3) || open(self) < 0) return NULL
  const option = _PyLong_AsInt(ptr(args + 8))
  return option === -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(option === CONSTANTS.SO_TYPE ? int32(self + Sock.type) : 0)
}
function sock_setsockopt(self: Ref, _args: number, nargs: number): Own {
  return _PyArg_CheckPositional("setsockopt", nargs, 3, 4) && open(self) >= 0 ? none() : NULL
}
function sock_name(self: Ref): Own {
  return open(self) < 0 ? NULL : PyUnicode_FromString("")
}
/** bind, connect, listen, accept: a pair is connected already. */
function connected(self: Ref): Own {
  return open(self) < 0 ? NULL : osError(E.EINVAL)
}
const socketType = definePrivateType({
  name: "_socket.socket",
  basicsize: Sock.SIZE,
  flags: TPFLAGS.BASETYPE,
  doc: "socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\nsocket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\nOne end of a socket pair.",
  new: sock_new,
  init: sock_init,
  dealloc: sock_dealloc,
  repr: sock_repr,
  methods: [
    ["_accept", connected, METH.NOARGS],
    ["bind", connected, METH.O],
    ["close", sock_close, METH.NOARGS, "close()\n\nClose the socket."],
    ["connect", connected, METH.O],
    ["connect_ex", connected, METH.O],
    ["detach", sock_detach, METH.NOARGS, "detach()\n\nThe descriptor; the object is closed without closing it."],
    ["fileno", sock_fileno, METH.NOARGS, "fileno() -> integer"],
    ["getpeername", sock_name, METH.NOARGS],
    ["getsockname", sock_name, METH.NOARGS],
    ["getsockopt", sock_getsockopt, METH.FASTCALL],
    ["listen", connected, METH.VARARGS],
    ["recv", sock_recv, METH.VARARGS, "recv(buffersize[, flags]) -> data"],
    ["recv_into", sock_recv_into, METH.VARARGS | METH.KEYWORDS, "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read"],
    ["recvfrom", sock_recvfrom, METH.VARARGS],
    ["send", sock_send, METH.FASTCALL, "send(data[, flags]) -> count"],
    ["sendall", sock_sendall, METH.FASTCALL, "sendall(data[, flags])"],
    ["setblocking", sock_setblocking, METH.O, "setblocking(flag)"],
    ["getblocking", sock_getblocking, METH.NOARGS, "getblocking()"],
    ["settimeout", sock_settimeout, METH.O, "settimeout(timeout)"],
    ["gettimeout", sock_gettimeout, METH.NOARGS, "gettimeout() -> timeout"],
    ["setsockopt", sock_setsockopt, METH.FASTCALL],
    ["shutdown", sock_shutdown, METH.O, "shutdown(flag)"],
  ],
  getset: [
    ["family", get_family, null, "the socket family"],
    ["type", get_type, null, "the socket type"],
    ["proto", get_proto, null, "the socket protocol"],
    ["timeout", get_timeout, null, "the socket timeout"],
  ],
})

function pairEnd(read: number, write: number, family: number, type: number): Own {
  const $s = PyType_GenericAlloc(socketType, 0)
  if ($s === NULL) return NULL
  setint32(WRITERS + 4 * read, write + 1)
  setint32($s + Sock.fd, read)
  setint32($s + Sock.family, family)
  setint32($s + Sock.type, type)
  setdouble($s + Sock.timeout, double(DEFAULT_TIMEOUT) - 1)
  return $s
}
function socket_socketpair(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "|iii:socketpair", null)
  if (at === 0) return NULL
  const family = argGiven(0) ? int32(at) : CONSTANTS.AF_UNIX
  const type = argGiven(1) ? int32(at + 8) : CONSTANTS.SOCK_STREAM
  if (family !== CONSTANTS.AF_UNIX) return osError(E.EOPNOTSUPP)
  try {
    const [r1, w1] = makePipe()
    const [r2, w2] = makePipe()
    return ownTuple(pairEnd(r1, w2, family, type), pairEnd(r2, w1, family, type))
  } catch (e) {
    return osError(errnoOfError(e))
  }
}
function socket_close(_m: Ref, arg: Ref): Own {
  const fd = _PyLong_AsInt(arg)
  if (fd === -1 && PyErr_Occurred()) return NULL
  try {
    closePair(fd)
    return none()
  } catch (e) {
    return osError(errnoOfError(e))
  }
}
function socket_dup(_m: Ref, _arg: Ref): Own {
  return osError(E.EOPNOTSUPP)
}

function text(op: Ref, fname: string): string | null {
  if (PyUnicode_Check(op)) return PyUnicode_AsJS(op)
  PyErr_SetString(PyExc_TypeError, `${fname}() argument 1 must be str, not ${op === Py_None ? "None" : typeName(op)}`)
  return null
}
function ipv4(s: string): number[] | null {
  const parts = s.split(".")
  return parts.length === 4 && parts.every((p) => /^\d{1,3}$/.test(p) && Number(p) < 256) ? parts.map(Number) : null
}
/** The eight groups of an IPv6 address, null if it is none. */
function ipv6(s: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(s)
  if (tail) {
    const v4 = ipv4(tail[2])
    if (v4 === null) return null
    return ipv6(`${tail[1]}${((v4[0] << 8) | v4[1]).toString(16)}:${((v4[2] << 8) | v4[3]).toString(16)}`)
  }
  const halves = s.split("::")
  if (halves.length > 2) return null
  const groups = halves.map((h) => (h === "" ? [] : h.split(":")))
  if (groups.flat().some((g) => !/^[0-9a-fA-F]{1,4}$/.test(g))) return null
  const missing = 8 - groups.flat().length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  const all = halves.length === 1 ? groups[0] : [...groups[0], ...Array<string>(missing).fill("0"), ...groups[1]]
  return all.map((g) => Number.parseInt(g, 16))
}
function ipv6Text(g: number[]): string {
  let best = -1
  let bestLen = 1
  for (let i = 0; i < 8; i++) {
    let n = 0
    while (i + n < 8 && g[i + n] === 0) n++
    if (n > bestLen) {
      best = i
      bestLen = n
    }
  }
  const v4 = `${g[6] >> 8}.${g[6] & 255}.${g[7] >> 8}.${g[7] & 255}`
  if (best === 0 && (bestLen === 6 || (bestLen === 5 && g[5] === 0xffff))) return `::${bestLen === 5 ? "ffff:" : ""}${v4}`
  const hex = (a: number[]): string => a.map((x) => x.toString(16)).join(":")
  return best < 0 ? hex(g) : `${hex(g.slice(0, best))}::${hex(g.slice(best + bestLen))}`
}
function socket_inet_aton(_m: Ref, arg: Ref): Own {
  const s = text(arg, "inet_aton")
  if (s === null) return NULL
  const parts = s.split(".")
  const numbers = parts.map((p) => (/^(0x[0-9a-f]+|\d+)$/i.test(p) ? Number(/^0\d/.test(p) ? `0o${p.slice(1)}` : p) : Number.NaN))
  const last = numbers[numbers.length - 1]
  const bad =
    parts.length > 4 || numbers.some(Number.isNaN) || numbers.slice(0, -1).some((n) => n > 255) || last >= 2 ** (8 * (5 - parts.length))
  if (bad) return PyErr_SetString(PyExc_OSError, "illegal IP address string passed to inet_aton")
  const bytes = numbers.slice(0, -1)
  for (let shift = 8 * (4 - parts.length); shift >= 0; shift -= 8) bytes.push(Math.floor(last / 2 ** shift) % 256)
  return PyBytes_FromJS(Uint8Array.from(bytes))
}
/** A copy of the bytes of an argument; null with the error set. */
function bytes(op: Ref, fname: string, argument: string): Uint8Array | null {
  const mark = cstackMark()
  const view = argBuffer(op, fname, argument)
  const r = view === 0 ? null : u8.slice(bufOf(view), bufOf(view) + lenOf(view))
  if (view !== 0) PyBuffer_Release(view)
  cstackReset(mark)
  return r
}
function socket_inet_ntoa(_m: Ref, arg: Ref): Own {
  const b = bytes(arg, "inet_ntoa", "argument 1")
  if (b === null) return NULL
  return b.length === 4 ? PyUnicode_FromString([...b].join(".")) : PyErr_SetString(PyExc_OSError, "packed IP wrong length")
}
function socket_inet_pton(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("inet_pton", nargs, 2, 2)) return NULL
  const family = _PyLong_AsInt(ptr(args))
  if (family === -1 && PyErr_Occurred()) return NULL
  const s = text(ptr(args + 8), "inet_pton")
  if (s === null) return NULL
  if (family === CONSTANTS.AF_INET) {
    const v = ipv4(s)
    return v === null ? PyErr_SetString(PyExc_OSError, "illegal IP address string passed to inet_pton") : PyBytes_FromJS(Uint8Array.from(v))
  }
  if (family !== CONSTANTS.AF_INET6) return osError(E.EAFNOSUPPORT)
  const g = ipv6(s)
  return g === null
    ? PyErr_SetString(PyExc_OSError, "illegal IP address string passed to inet_pton")
    : PyBytes_FromJS(Uint8Array.from(g.flatMap((x) => [x >> 8, x & 255])))
}
function socket_inet_ntop(_m: Ref, args: number, nargs: number): Own {
  if (!_PyArg_CheckPositional("inet_ntop", nargs, 2, 2)) return NULL
  const family = _PyLong_AsInt(ptr(args))
  if (family === -1 && PyErr_Occurred()) return NULL
  const b = bytes(ptr(args + 8), "inet_ntop", "argument 2")
  if (b === null) return NULL
  const v4 = family === CONSTANTS.AF_INET
  if (!v4 && family !== CONSTANTS.AF_INET6) return PyErr_SetString(PyExc_ValueError, `unknown address family ${family}`)
  if (b.length !== (v4 ? 4 : 16)) return PyErr_SetString(PyExc_ValueError, "invalid length of packed IP address string")
  if (v4) return PyUnicode_FromString([...b].join("."))
  return PyUnicode_FromString(ipv6Text([0, 2, 4, 6, 8, 10, 12, 14].map((i) => (b[i] << 8) | b[i + 1])))
}
/** Byte swaps; `bits` 16 or 32. */
function swapper(name: string, bits: 16 | 32): MethodSpec {
  const f = (_m: Ref, arg: Ref): Own => {
    if (bits === 32 && !PyLong_Check(arg)) return PyErr_SetString(PyExc_TypeError, `expected int, ${typeName(arg)} found`)
    const v = PyLong_AsLong(arg)
    if (v === -1 && PyErr_Occurred()) return NULL
    if (v < 0) {
      const message =
        bits === 16
          ? `${name}: can't convert negative Python int to C 16-bit unsigned integer`
          : "can't convert negative value to unsigned int"
      return PyErr_SetString(PyExc_OverflowError, message)
    }
    if (v >= 2 ** bits)
      return PyErr_SetString(
        PyExc_OverflowError,
        bits === 16 ? `${name}: Python int too large to convert to C 16-bit unsigned integer` : "int larger than 32 bits",
      )
    const b = new DataView(new ArrayBuffer(4))
    if (bits === 16) {
      b.setUint16(0, v)
      return PyLong_FromLong(b.getUint16(0, true))
    }
    b.setUint32(0, v)
    return PyLong_FromLong(b.getUint32(0, true))
  }
  return [name, f, METH.O, `${name}(integer) -> integer\n\nConvert between network and host byte order.`]
}

/** The addresses /etc/hosts and notation give a name; null: unknown. */
function addressesOf(host: string): string[] | null {
  if (host === "") return ["0.0.0.0"]
  if (ipv4(host) !== null || ipv6(host) !== null) return [host]
  try {
    const found = fs
      .readFileSync("/etc/hosts", "utf8")
      .split("\n")
      .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
      .filter((e) => e.slice(1).includes(host))
      .map((e) => e[0])
    if (found.length > 0) return found
  } catch {
    // no such file: only localhost is known
  }
  return host === "localhost" ? ["127.0.0.1"] : null
}
const UNKNOWN = "Name or service not known"
function socket_getaddrinfo(_m: Ref, args: Ref, kwds: Ref): Own {
  const at = parseTuple(args, kwds, "OO|iiii:getaddrinfo", ["host", "port", "family", "type", "proto", "flags"])
  if (at === 0) return NULL
  const hostObj = ptr(at)
  const portObj = ptr(at + 8)
  const [family, type] = [2, 3].map((i) => (argGiven(i) ? int32(at + 8 * i) : 0))
  const host = hostObj === Py_None ? "localhost" : (strJS(hostObj) ?? "")
  const portText = portObj === Py_None ? "0" : (strJS(portObj) ?? "")
  const port = SERVICES[portText]?.[0] ?? Number(portText)
  if (!Number.isInteger(port)) return gaierror(-8, "Servname not supported for ai_socktype")
  const found = addressesOf(host)?.filter((a) => family === 0 || (family === CONSTANTS.AF_INET6) === a.includes(":"))
  if (!found || found.length === 0) return gaierror(-2, UNKNOWN)
  const $l = PyList_New(0)
  const kinds = [
    [CONSTANTS.SOCK_STREAM, 6],
    [CONSTANTS.SOCK_DGRAM, 17],
    [CONSTANTS.SOCK_RAW, 0],
  ].filter(([t]) => type === 0 || t === type)
  for (const address of found) {
    for (const [t, proto] of kinds) {
      const v6 = address.includes(":")
      const $address = v6
        ? ownTuple(PyUnicode_FromString(address), PyLong_FromLong(port), PyLong_FromLong(0), PyLong_FromLong(0))
        : ownTuple(PyUnicode_FromString(address), PyLong_FromLong(port))
      const $e = ownTuple(
        PyLong_FromLong(v6 ? CONSTANTS.AF_INET6 : CONSTANTS.AF_INET),
        PyLong_FromLong(t),
        PyLong_FromLong(proto),
        PyUnicode_FromString(""),
        $address,
      )
      if ($l === NULL || $e === NULL || PyList_Append($l, $e) < 0) return NULL
      Py_DECREF($e)
    }
  }
  return $l
}
function socket_gethostbyname(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "U:gethostbyname", null)
  if (at === 0) return NULL
  const a = addressesOf(PyUnicode_AsJS(ptr(at)))?.find((x) => !x.includes(":"))
  return a === undefined ? gaierror(-2, UNKNOWN) : PyUnicode_FromString(a)
}
function socket_gethostname(_m: Ref): Own {
  return PyUnicode_FromString(os.hostname())
}
function socket_gethostbyaddr(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "U:gethostbyaddr", null)
  if (at === 0) return NULL
  const host = PyUnicode_AsJS(ptr(at))
  const found = addressesOf(host)
  if (found === null) return gaierror(-2, UNKNOWN)
  const $addresses = PyList_New(0)
  const $a = PyUnicode_FromString(found[0])
  if ($addresses === NULL || $a === NULL || PyList_Append($addresses, $a) < 0) return NULL
  Py_DECREF($a)
  return ownTuple(PyUnicode_FromString(found[0].startsWith("127.") ? "localhost" : host), PyList_New(0), $addresses)
}
const SERVICES: Readonly<Record<string, readonly [number, string]>> = {
  ftp: [21, "tcp"],
  ssh: [22, "tcp"],
  telnet: [23, "tcp"],
  smtp: [25, "tcp"],
  domain: [53, "udp"],
  http: [80, "tcp"],
  pop3: [110, "tcp"],
  imap2: [143, "tcp"],
  https: [443, "tcp"],
}
function socket_getservbyname(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "s|s:getservbyname", null)
  if (at === 0) return NULL
  const name = PyUnicode_AsJS(ptr(args + 24))
  return SERVICES[name] === undefined ? PyErr_SetString(PyExc_OSError, "service/proto not found") : PyLong_FromLong(SERVICES[name][0])
}
function socket_getservbyport(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "i|s:getservbyport", null)
  if (at === 0) return NULL
  const port = int32(at)
  if (port < 0 || port > 0xffff) return PyErr_SetString(PyExc_OverflowError, "getservbyport: port must be 0-65535.")
  const name = Object.keys(SERVICES).find((n) => SERVICES[n][0] === port)
  return name === undefined ? PyErr_SetString(PyExc_OSError, "port/proto not found") : PyUnicode_FromString(name)
}
const PROTOCOLS: Readonly<Record<string, number>> = { ip: 0, icmp: 1, tcp: 6, udp: 17, ipv6: 41 }
function socket_getprotobyname(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "U:getprotobyname", null)
  if (at === 0) return NULL
  const n = PROTOCOLS[PyUnicode_AsJS(ptr(at))]
  return n === undefined ? PyErr_SetString(PyExc_OSError, "protocol not found") : PyLong_FromLong(n)
}
function socket_getdefaulttimeout(_m: Ref): Own {
  return timeoutObject(double(DEFAULT_TIMEOUT) - 1)
}
function socket_setdefaulttimeout(_m: Ref, arg: Ref): Own {
  const t = timeoutOf(arg)
  if (Number.isNaN(t)) return NULL
  setdouble(DEFAULT_TIMEOUT, t + 1)
  return none()
}
function interfaces(): string[] {
  try {
    return fs.readdirSync("/sys/class/net")
  } catch {
    return Object.keys(os.networkInterfaces())
  }
}
function socket_if_nameindex(_m: Ref): Own {
  const $l = PyList_New(0)
  for (const [i, name] of interfaces().entries()) {
    const $t = ownTuple(PyLong_FromLong(i + 1), PyUnicode_FromString(name))
    if ($l === NULL || $t === NULL || PyList_Append($l, $t) < 0) return NULL
    Py_DECREF($t)
  }
  return $l
}
function socket_if_nametoindex(_m: Ref, args: Ref): Own {
  const at = parseTuple(args, NULL, "U:if_nametoindex", null)
  if (at === 0) return NULL
  const i = interfaces().indexOf(PyUnicode_AsJS(ptr(at)))
  return i < 0 ? PyErr_SetString(PyExc_OSError, "no interface with this name") : PyLong_FromLong(i + 1)
}

function exec(module: Ref): number {
  const $herror = PyErr_NewException("socket.herror", PyExc_OSError, NULL)
  const $gaierror = PyErr_NewException("socket.gaierror", PyExc_OSError, NULL)
  if ($herror === NULL || $gaierror === NULL || PyType_Ready(socketType) < 0) return -1
  setptr(STATE, Py_NewRef($herror))
  setptr(STATE + 8, Py_NewRef($gaierror))
  return PyModule_AddObjectRef(module, "error", PyExc_OSError) < 0 ||
    PyModule_AddObject(module, "herror", $herror) < 0 ||
    PyModule_AddObject(module, "gaierror", $gaierror) < 0 ||
    PyModule_AddObjectRef(module, "timeout", PyExc_TimeoutError) < 0 ||
    PyModule_AddObjectRef(module, "SocketType", socketType) < 0 ||
    PyModule_AddObjectRef(module, "socket", socketType) < 0 ||
    PyModule_AddObjectRef(module, "has_ipv6", Py_True) < 0
    ? -1
    : addInts(module, CONSTANTS)
}

defineModule({
  name: "_socket",
  doc: "Names, addresses and socket pairs.",
  exec,
  methods: [
    ["close", socket_close, METH.O, "close(integer) -> None"],
    ["dup", socket_dup, METH.O],
    [
      "getaddrinfo",
      socket_getaddrinfo,
      METH.VARARGS | METH.KEYWORDS,
      "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, canonname, sockaddr)",
    ],
    ["getdefaulttimeout", socket_getdefaulttimeout, METH.NOARGS, "getdefaulttimeout() -> timeout"],
    ["gethostbyaddr", socket_gethostbyaddr, METH.VARARGS, "gethostbyaddr(host) -> (name, aliaslist, addresslist)"],
    ["gethostbyname", socket_gethostbyname, METH.VARARGS, "gethostbyname(host) -> address"],
    ["gethostname", socket_gethostname, METH.NOARGS, "gethostname() -> string"],
    ["getprotobyname", socket_getprotobyname, METH.VARARGS, "getprotobyname(name) -> integer"],
    ["getservbyname", socket_getservbyname, METH.VARARGS, "getservbyname(servicename[, protocolname]) -> integer"],
    ["getservbyport", socket_getservbyport, METH.VARARGS, "getservbyport(port[, protocolname]) -> string"],
    swapper("htonl", 32),
    swapper("htons", 16),
    swapper("ntohl", 32),
    swapper("ntohs", 16),
    ["if_nameindex", socket_if_nameindex, METH.NOARGS, "if_nameindex()\n\nA list of (index, name) of the network interfaces."],
    ["if_nametoindex", socket_if_nametoindex, METH.VARARGS, "if_nametoindex(if_name)"],
    ["inet_aton", socket_inet_aton, METH.O, "inet_aton(string) -> bytes giving packed 32-bit IP representation"],
    ["inet_ntoa", socket_inet_ntoa, METH.O, "inet_ntoa(packed_ip) -> ip_address_string"],
    ["inet_ntop", socket_inet_ntop, METH.FASTCALL, "inet_ntop(af, packed_ip) -> string formatted IP address"],
    ["inet_pton", socket_inet_pton, METH.FASTCALL, "inet_pton(af, ip) -> packed IP address string"],
    ["setdefaulttimeout", socket_setdefaulttimeout, METH.O, "setdefaulttimeout(timeout)"],
    ["socketpair", socket_socketpair, METH.VARARGS, "socketpair([family[, type [, proto]]]) -> (socket object, socket object)"],
  ],
})
