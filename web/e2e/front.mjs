/**
 * A server in front of the program that can bring the next build of the app: the same, but for a mark in its page. And it
 * can lose a file, as a network does.
 */
import { createServer, request } from 'node:http'

/** What the page of the next build has and this one's has not. */
export const MARK = 'meta[name="build"][content="next"]'

const REWRITTEN = {
  '/index.html': (html) => html.replace('</head>', '<meta name="build" content="next" /></head>'),
  '/sw.js': (script) =>
    script.replace(/"revision":"[0-9a-f]+","url":"index\.html"/, '"revision":"next","url":"index.html"'),
}

/** Starts it. `deploy` brings the next build; `lose` has no answer for a path, until `find`. */
export async function startFront(url) {
  let deployed = false
  let lost
  const server = createServer(async (asked, answer) => {
    const { pathname } = new URL(asked.url, url)
    if (pathname === lost) return answer.destroy()
    if (deployed && pathname in REWRITTEN) {
      const was = await fetch(url + pathname)
      answer.setHeader('content-type', was.headers.get('content-type'))
      answer.end(REWRITTEN[pathname](await was.text()))
      return
    }
    const { method, headers } = asked
    const passed = request(url + asked.url, { method, headers }, (got) => {
      answer.writeHead(got.statusCode, got.headers)
      got.pipe(answer)
    })
    passed.on('error', () => answer.destroy())
    answer.on('close', () => passed.destroy())
    asked.pipe(passed)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  // A story that failed does not stop it, and the tests are to end all the same.
  server.unref()
  return {
    url: `http://localhost:${server.address().port}`,
    deploy() {
      deployed = true
    },
    lose(path) {
      lost = path
    },
    find() {
      lost = undefined
    },
    stop() {
      server.closeAllConnections()
      return new Promise((stopped) => server.close(stopped))
    },
  }
}
