/** The live feed: one connection for all tabs that show a workspace, held by whichever of them has the lock. */
import { position } from '~/api/position'
import { isPassing, problemOf } from '~/api/problem'
import { expired, reachSigned, signedIn } from '~/api/session'
import { inWorkspace, OWN, workspace } from '~/api/workspace'
import { onTold, type Told, tell } from '~/lib/channel'
import { store } from '~/lib/store'
import { entries } from '~/outbox'
import { lookAfter } from './membership'
import { messagesOf } from './messages'
import { renew, touchedBy } from './renew'

/** Whether the feed is connected, as far as this tab can see. */
export const live = store(false)

/** So long it waits before it connects again: after a stream that ended, and where there was none. */
const RETRY_MS = { ended: 2_000, failed: 5_000 }
/** The feed says something every ten seconds. After so long a silence, it is cut, whatever the network makes believe. */
const SILENT_MS_MAX = 30_000

type Happened = Extract<Told, { type: 'happened' }>
function happened({ name, position: at, command }: Happened): void {
  position.hear(at)
  // What this browser did itself, it renews when the answer is there.
  if (command && entries.get().some((entry) => entry.key === command)) return
  renew(touchedBy(name))
}

/** Listens, for as long as the page lives. */
export function goLive(): void {
  onTold((message) => {
    if (message.type === 'happened' && (message.workspace ?? OWN) === workspace()) happened(message)
  })
  const start = () => {
    if (signedIn.get() && !expired.get()) void lead()
  }
  signedIn.subscribe(start)
  expired.subscribe(start)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') start()
  })
  start()
}

let leading = false

/** Waits until no other tab holds the feed, then holds it. */
async function lead(): Promise<void> {
  if (leading) return
  leading = true
  const hold = () => connect().finally(() => live.set(false))
  const name = ['momentum-feed', workspace()].filter(Boolean).join('-')
  try {
    if (navigator.locks) await navigator.locks.request(name, hold)
    else await hold()
  } finally {
    leading = false
  }
}

/** Follows the feed until the session ends; resumes where it was cut. */
async function connect(): Promise<void> {
  // From where this browser left off, so that nothing falls between what was kept and what happens now.
  let after = position.now().position
  while (signedIn.get() && !expired.get()) {
    const { last, wait } = await follow(after)
    after = last
    live.set(false)
    // Who is not looked at leaves it to a tab that is.
    if (document.visibilityState === 'hidden') return
    await new Promise((later) => setTimeout(later, RETRY_MS[wait]))
  }
}

/** How far a connection came, and how long to wait for the next. */
interface Followed {
  last: string | undefined
  wait: keyof typeof RETRY_MS
}

/** One connection, until it is cut, or the session ends. */
async function follow(after: string | undefined): Promise<Followed> {
  const gone = new AbortController()
  const stop = expired.subscribe(() => expired.get() && gone.abort())
  let silent: ReturnType<typeof setTimeout> | undefined
  const listen = () => {
    clearTimeout(silent)
    silent = setTimeout(() => gone.abort(), SILENT_MS_MAX)
  }
  let last = after
  try {
    listen()
    const body = await open(after, gone.signal)
    if (!body) return { last: undefined, wait: 'failed' }
    for await (const { id, event, data } of messagesOf(body)) {
      listen()
      live.set(true)
      // It begins here, as it says at once; anything may have happened before, and is asked for up to here.
      if (!last && id) {
        position.hear(id)
        renew(touchedBy('*'))
      }
      last = id || last
      if (event === 'heartbeat') continue
      const { command } = JSON.parse(data) as { command?: string }
      const message: Happened = {
        type: 'happened',
        name: event,
        position: id,
        command,
        workspace: workspace(),
      }
      happened(message)
      tell(message)
    }
    return { last, wait: 'ended' }
  } catch {
    return { last, wait: 'failed' }
  } finally {
    clearTimeout(silent)
    stop()
  }
}

/** The stream after a position; none, where that means nothing any more, as after a restore from a backup. */
async function open(after: string | undefined, signal: AbortSignal): Promise<Response['body'] | undefined> {
  const url = new URL('/v1/events', location.origin)
  if (after) url.searchParams.set('after', after)
  const headers = { accept: 'text/event-stream', ...inWorkspace() }
  const response = await reachSigned(new Request(url, { headers, signal }))
  if (response.ok) return response.body
  const error = await problemOf(response)
  void lookAfter(error)
  if (isPassing(error)) throw error
  return undefined
}
