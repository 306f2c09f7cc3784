import type { ColumnSource } from "hyparquet-writer"
import type { Relation } from "./tables.ts"

/** hyparquet-writer, which the caller loads: it is an optional dependency. */
export type ParquetWriter = Pick<typeof import("hyparquet-writer"), "parquetWriteBuffer">

/** A table as a Parquet file. */
export function toParquet(relation: Relation, { parquetWriteBuffer }: ParquetWriter): Uint8Array {
  const columnData = relation.columns.map(({ name, type, data }): ColumnSource => {
    if (type === "text") return { name, data: data as string[], type: "STRING", nullable: false }
    if (type === "double") return { name, data: data as Float64Array, type: "DOUBLE", nullable: false }
    // words reach 2 ** 32, which INT32 does not
    return { name, data: BigInt64Array.from(data as Float64Array, (x) => BigInt(x)), type: "INT64", nullable: false }
  })
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 1 << 20 }))
}
