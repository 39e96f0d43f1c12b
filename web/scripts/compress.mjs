// Puts a .br and a .gz beside every file of dist/ that they make smaller, for the server to send as they are. Browsers on
// plain HTTP take no brotli, so the .gz is packed as tightly as can be: by zopfli.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import zopfli from '@gfx/zopfli'

const folder = new URL('../dist', import.meta.url).pathname
const packed = /\.(js|css|html|svg|json|webmanifest)$/
const gzip = promisify(zopfli.gzip)

for (const name of readdirSync(folder, { recursive: true })) {
  const path = join(folder, name)
  if (!packed.test(name) || statSync(path).isDirectory()) continue
  const bytes = readFileSync(path)
  const forms = {
    br: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
    gz: await gzip(bytes, { numiterations: 15 }),
  }
  for (const [ending, form] of Object.entries(forms)) {
    if (form.length < bytes.length) writeFileSync(`${path}.${ending}`, form)
  }
}
