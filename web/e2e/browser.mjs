/** How Chromium is started: Debian's or the one that `scripts/setup` brings, without anything that talks to the outside. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const fetched = fileURLToPath(new URL('../../.tools/chromium', import.meta.url))
const isFetched = !process.env.CHROMIUM && !existsSync('/usr/bin/chromium')

export const CHROMIUM = {
  executablePath: isFetched ? `${fetched}/chromium` : (process.env.CHROMIUM ?? '/usr/bin/chromium'),
  // What it needs beyond glibc lies beside it.
  env: isFetched
    ? { ...process.env, LD_LIBRARY_PATH: `${fetched}/lib`, FONTCONFIG_FILE: `${fetched}/fonts.conf` }
    : process.env,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
