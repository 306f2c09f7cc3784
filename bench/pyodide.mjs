// One benchmark program under Pyodide: the same driver as the others.
import { readFileSync } from "node:fs"
import path from "node:path"
import { loadPyodide } from "pyodide"

const [file, loops] = process.argv.slice(2)
const py = await loadPyodide()
py.FS.writeFile("/driver.py", readFileSync(path.join(import.meta.dirname, "driver.py")))
py.FS.writeFile("/program.py", readFileSync(file))
py.runPython(`import sys; sys.argv = ["driver.py", "/program.py", "${loops}"]; exec(open("/driver.py").read())`)
