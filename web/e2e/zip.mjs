/** Reads zip archives, as far as an export needs it: every file that the directory at the end names. */
import { inflateRawSync } from 'node:zlib'

const DIRECTORY_END = 0x06054b50
const STORED = 0

/** The files of an archive, as text by name. */
export function unzip(bytes) {
  const end = bytes.lastIndexOf(Buffer.from(Uint32Array.of(DIRECTORY_END).buffer))
  const files = new Map()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)]
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field))
    const local = bytes.readUInt32LE(at + 42)
    // What precedes the data has lengths of its own.
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    const packed = bytes.subarray(data, data + size)
    files.set(
      bytes.toString('utf8', at + 46, at + 46 + name),
      (method === STORED ? packed : inflateRawSync(packed)).toString('utf8'),
    )
    at += 46 + name + extra + comment
  }
  return files
}
