// node _metrics_server.mjs PORT ADDRESS: an HTTP server for moult.metrics. Python has no sockets under Node, so it is asked through pipes:
// a line on stdout for each request, the metrics on stdin after a line with their length. It ends when Python closes its end.
import { createServer } from "node:http"

const [port, address] = process.argv.slice(2)
const waiting = []
let received = Buffer.alloc(0)

process.stdin.on("data", (chunk) => {
  received = Buffer.concat([received, chunk])
  for (;;) {
    const newline = received.indexOf(10)
    if (newline < 0) return
    const length = Number(received.subarray(0, newline).toString())
    if (received.length < newline + 1 + length) return
    const body = received.subarray(newline + 1, newline + 1 + length)
    received = received.subarray(newline + 1 + length)
    waiting.shift()?.(body)
  }
})
process.stdin.on("end", () => process.exit(0))

const server = createServer((request, response) => {
  const path = (request.url ?? "").split("?")[0]
  if (path !== "/" && path !== "/metrics") {
    response.writeHead(404).end()
    return
  }
  waiting.push((body) => {
    response.writeHead(200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8", "Content-Length": body.length })
    response.end(body)
  })
  process.stdout.write("metrics\n")
})
server.on("error", (e) => {
  process.stdout.write(`error ${e.errno} ${e.message}\n`)
  process.exit(1)
})
server.listen(Number(port), address, () => process.stdout.write(`listening ${server.address().port}\n`))
