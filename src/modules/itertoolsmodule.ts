import type { Ref } from "../heap/ref.ts"
import { defineModule } from "../objects/define.ts"
import { PyModule_AddType } from "../objects/moduleobject.ts"
import { METH } from "../objects/slots.ts"
import { combinations_type, cwr_type, permutations_type, product_type } from "./itertools/combining.ts"
import { accumulate_type, count_type, repeat_type, ziplongest_type } from "./itertools/counting.ts"
import {
  _grouper_type,
  cycle_type,
  groupby_type,
  itertools_tee,
  pairwise_type,
  tee_type,
  teedataobject_type,
} from "./itertools/grouping.ts"
import {
  chain_type,
  compress_type,
  dropwhile_type,
  filterfalse_type,
  islice_type,
  starmap_type,
  takewhile_type,
} from "./itertools/selecting.ts"

// Modules/itertoolsmodule.c

function itertoolsmodule_exec(m: Ref): number {
  const types = [
    accumulate_type,
    combinations_type,
    cwr_type,
    cycle_type,
    dropwhile_type,
    takewhile_type,
    islice_type,
    starmap_type,
    chain_type,
    compress_type,
    filterfalse_type,
    count_type,
    ziplongest_type,
    pairwise_type,
    permutations_type,
    product_type,
    repeat_type,
    groupby_type,
    _grouper_type,
    tee_type,
    teedataobject_type,
  ]
  for (const type of types) if (PyModule_AddType(m, type) < 0) return -1
  return 0
}

defineModule({
  name: "itertools",
  doc: "Iterators to build others from.\n\nWithout end: count, cycle, repeat. The shortest input ends: accumulate, chain, compress, dropwhile, filterfalse, groupby, islice,\npairwise, starmap, takewhile, tee, zip_longest. Combinatorial: product, permutations, combinations, combinations_with_replacement.",
  methods: [
    ["tee", itertools_tee, METH.FASTCALL, "($module, iterable, n=2, /)\n--\n\nA tuple of n independent iterators over the same items."],
  ],
  exec: itertoolsmodule_exec,
})
