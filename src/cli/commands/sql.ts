import type { Command } from "commander"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import os from "node:os"
import path from "node:path"
import { toParquet } from "../../inspect/export/parquet.ts"
import { RELATIONS, relation } from "../../inspect/export/tables.ts"
import { columns } from "./format.ts"
import { openGraph, optional } from "./open.ts"

interface SqlFlags {
  json?: boolean
  csv?: boolean
  limit: number
}

/** A value as text for people. */
function text(value: unknown): string {
  return value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value)
}

/** Load the file's tables into a database in memory, ask, print. */
async function sql(file: string, query: string, flags: SqlFlags): Promise<void> {
  const { DuckDBInstance } = await optional("@duckdb/node-api", () => import("@duckdb/node-api"))
  const writer = await optional("hyparquet-writer", () => import("hyparquet-writer"))
  const g = openGraph(file)
  const folder = mkdtempSync(path.join(os.tmpdir(), "moult-sql-"))
  try {
    const instance = await DuckDBInstance.create(":memory:")
    const db = await instance.connect()
    for (const name of RELATIONS) {
      // tables the query does not name are not made: retained sizes of a big heap take seconds
      if (!new RegExp(`\\b${name}\\b`, "i").test(query)) continue
      const at = path.join(folder, `${name}.parquet`)
      writeFileSync(at, toParquet(relation(g, name), writer))
      await db.run(`create table ${name} as select * from read_parquet('${at.replaceAll("'", "''")}')`)
    }
    const result = await db.runAndReadAll(query)
    const titles = result.columnNames()
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(result.getRowObjectsJson())}\n`)
      return
    }
    const rows = result.getRowsJson().map((row) => row.map(text))
    if (flags.csv) {
      const quote = (s: string): string => (/[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s)
      process.stdout.write([titles, ...rows].map((r) => `${r.map(quote).join(",")}\r\n`).join(""))
      return
    }
    const numeric = titles.map((_, i) => rows.length > 0 && rows.every((r) => r[i] === "" || /^-?[\d.]+(e[+-]?\d+)?$/.test(r[i])))
    process.stdout.write(
      columns(
        titles.map((t, i) => (numeric[i] ? `>${t}` : t)),
        rows.slice(0, flags.limit),
      ),
    )
    if (rows.length > flags.limit) process.stdout.write(`… ${rows.length - flags.limit} more rows; --limit shows them\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function addSql(program: Command): void {
  program
    .command("sql")
    .description("ask the run's tables in SQL (DuckDB)")
    .argument("<file>", "a *.moult file")
    .argument("<query>", 'for example: "select type, count(*), sum(size) from objects group by type order by 3 desc limit 10"')
    .option("--json", "rows as JSON")
    .option("--csv", "rows as CSV")
    .option("--limit <rows>", "at most so many rows", (s) => Number.parseInt(s, 10) || 100, 100)
    .addHelpText("after", `\nTables: ${RELATIONS.join(", ")}. Their columns are in docs/big-heaps.md.`)
    .action(async (file: string, query: string, flags: SqlFlags) => {
      try {
        await sql(file, query, flags)
      } catch (e) {
        // DuckDB's errors have no class of their own, and say in their first lines what is wrong with the query
        if (!(e instanceof Error) || !/^(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range) Error/.test(e.message)) throw e
        throw Object.assign(new Error(e.message.trimEnd()), { code: "SQL" })
      }
    })
}
