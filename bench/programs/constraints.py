"""One-way equations kept true in order of strength: virtual methods, lists of objects, attribute stores."""


class Strength:
    def __init__(self, value):
        self.value = value

    def stronger(self, other):
        return self.value < other.value


REQUIRED, STRONG, WEAK = Strength(0), Strength(1), Strength(3)


class Variable:
    def __init__(self, value):
        self.value, self.constraints, self.by, self.mark, self.strength = value, [], None, 0, WEAK


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def inputs(self):
        return []

    def add(self, planner):
        for v in self.variables():
            v.constraints.append(self)
        planner.incremental_add(self)


class Edit(Constraint):
    def __init__(self, v, strength):
        super().__init__(strength)
        self.out = v

    def variables(self):
        return [self.out]

    def execute(self):
        pass


class Scale(Constraint):
    def __init__(self, source, factor, offset, out, strength):
        super().__init__(strength)
        self.source, self.factor, self.offset, self.out = source, factor, offset, out

    def variables(self):
        return [self.source, self.out]

    def inputs(self):
        return [self.source]

    def execute(self):
        self.out.value = (self.source.value * self.factor + self.offset) % 1_000_003


class Planner:
    def __init__(self):
        self.mark = 0

    def incremental_add(self, constraint):
        out = constraint.out
        if out.by is None or constraint.strength.stronger(out.by.strength):
            out.by = constraint
            out.strength = constraint.strength
            constraint.execute()

    def plan(self, sources):
        self.mark += 1
        todo, plan = list(sources), []
        while todo:
            c = todo.pop()
            out = c.out
            if out.mark != self.mark and all(v.mark == self.mark or v.by is None for v in c.inputs()):
                plan.append(c)
                out.mark = self.mark
                todo.extend(d for d in out.constraints if d is not c and d.out is not out and d is d.out.by)
        return plan


def main():
    planner = Planner()
    variables = [Variable(i) for i in range(400)]
    for a, b in zip(variables, variables[1:]):
        Scale(a, 3, 1, b, REQUIRED).add(planner)
    edit = Edit(variables[0], STRONG)
    edit.add(planner)
    total = 0
    for i in range(100):
        variables[0].value = i
        for c in planner.plan([edit]):
            c.execute()
        total += variables[-1].value
    return total, len(planner.plan([edit]))
