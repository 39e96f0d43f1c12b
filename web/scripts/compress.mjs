// Puts a .br and a .gz beside every file of dist/ that they make smaller, for the server to send as they are.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const folder = new URL('../dist', import.meta.url).pathname
const packed = /\.(js|css|html|svg|json|webmanifest)$/

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name)
  if (!packed.test(name) || statSync(path).isDirectory()) continue
  const bytes = readFileSync(path)
  const forms = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    gz: gzipSync(bytes, { level: 9 }),
  }
  for (const [ending, form] of Object.entries(forms)) {
    if (form.length < bytes.length) writeFileSync(`${path}.${ending}`, form)
  }
}
