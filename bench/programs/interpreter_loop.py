"""A small stack machine written in Python: dispatch through a dict, match statements, enum, dataclass."""
from dataclasses import dataclass
from enum import Enum


class Op(Enum):
    PUSH, ADD, MUL, DUP, SWAP, JUMP = range(6)


@dataclass
class Machine:
    pc: int = 0
    steps: int = 0

    def run(self, code, limit):
        stack = [1]
        while self.steps < limit:
            self.steps += 1
            op, arg = code[self.pc]
            self.pc += 1
            match op:
                case Op.PUSH:
                    stack.append(arg)
                case Op.ADD:
                    stack.append(stack.pop() + stack.pop())
                case Op.MUL:
                    stack.append(stack.pop() * stack.pop() & 0xFFFFFF)
                case Op.DUP:
                    stack.append(stack[-1])
                case Op.SWAP:
                    stack[-1], stack[-2] = stack[-2], stack[-1]
                case Op.JUMP:
                    self.pc = arg
                    del stack[:-1]
        return stack[-1]


def main():
    code = [(Op.PUSH, 3), (Op.ADD, 0), (Op.DUP, 0), (Op.PUSH, 5), (Op.SWAP, 0), (Op.MUL, 0), (Op.ADD, 0), (Op.JUMP, 0)]
    return Machine().run(code, 60_000), Machine(1) == Machine(1, 0), repr(Machine())
