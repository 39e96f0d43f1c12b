/** The real program for the browser tests: with its own Postgres and NATS, in a folder of its own, on free ports. */
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The program under test. */
export const BINARY = process.env.E2E_BINARY ?? join(ROOT, 'target/debug/momentum')
const START_MS_MAX = 120_000

/** Below those given to outgoing connections, any of which could take a port that was free a moment ago. */
const PORTS = { first: 20_000, count: 12_000 }
const PORT_TRIES_MAX = 200

/** A port that nobody listens on. */
async function freePort() {
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count)
    const free = await new Promise((told) => {
      const server = createServer().once('error', () => told(false))
      server.listen(port, '127.0.0.1', () => server.close(() => told(true)))
    })
    if (free) return port
  }
  throw new Error(`no port of ${PORT_TRIES_MAX} was free`)
}

/** Starts it. `stop` ends it and leaves nothing behind. */
export async function startServer() {
  const folder = mkdtempSync(join(tmpdir(), 'momentum-e2e-'))
  // Where root runs the tests, Postgres runs as someone else, who has to get in.
  chmodSync(folder, 0o755)
  const [port, admin] = [await freePort(), await freePort()]
  const flags = [
    'up',
    '--data',
    folder,
    '--listen',
    `127.0.0.1:${port}`,
    '--set',
    `server.admin_listen=127.0.0.1:${admin}`,
  ]
  // The settings of whoever runs the tests are not the tests'.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(MOMENTUM_.*|DATABASE_URL|NATS_URL|RUST_LOG)$/.test(name),
    ),
  )
  const child = spawn(BINARY, flags, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data) => {
    said = (said + data).slice(-20_000)
  })
  const ended = new Promise((end) => child.once('exit', end))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_MS_MAX
  while (
    !(await fetch(`http://127.0.0.1:${admin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`momentum did not start:\n${said}`)
    }
    await new Promise((later) => setTimeout(later, 200))
  }
  return { url: `http://localhost:${port}`, stop }
}
