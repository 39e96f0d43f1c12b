/** The live feed: one connection for all tabs of the browser, held by whichever of them has the lock. */
import { api } from '~/api/client'
import { position } from '~/api/position'
import { isPassing } from '~/api/problem'
import { expired, signedIn } from '~/api/session'
import { onTold, type Told, tell } from '~/lib/channel'
import { store } from '~/lib/store'
import { entries } from '~/outbox'
import { EVENTS } from './events'
import { renew, touchedBy } from './renew'

/** Whether the feed is connected, as far as this tab can see. */
export const live = store(false)

const RETRY_MS = 5_000

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
    if (message.type === 'happened') happened(message)
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
  try {
    if (navigator.locks) await navigator.locks.request('momentum-feed', hold)
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
    const last = await follow(after)
    live.set(false)
    // Who is not looked at leaves it to a tab that is.
    if (document.visibilityState === 'hidden') return
    await new Promise((later) => setTimeout(later, RETRY_MS))
    after = await resumable(last)
  }
}

/**
 * From where to go on: where the feed was cut, unless that means nothing any more, as after a restore from a backup. An
 * EventSource does not tell why it failed. A query does, and refreshes what has run out.
 */
function resumable(last: string | undefined): Promise<string | undefined> {
  const query = { limit: 1, ...(last && { after: last }) }
  return api.get('/v1/events', { query }).then(
    () => last,
    (error) => (isPassing(error) ? last : undefined),
  )
}

/** One connection; ends when the browser gives it up. Says how far it came. */
function follow(after: string | undefined): Promise<string | undefined> {
  return new Promise((ended) => {
    const source = new EventSource(after ? `/v1/events?after=${encodeURIComponent(after)}` : '/v1/events')
    let last = after
    const end = () => {
      stop()
      source.close()
      ended(last)
    }
    const stop = expired.subscribe(() => expired.get() && end())
    source.onopen = () => {
      live.set(true)
      // It begins now; anything may have happened before.
      if (!last) renew(touchedBy('*'))
    }
    source.onerror = () => {
      live.set(false)
      if (source.readyState === EventSource.CLOSED) end()
    }
    source.addEventListener('heartbeat', (event) => {
      live.set(true)
      last = (event as MessageEvent).lastEventId || last
    })
    // The feed names each message after its event, so each is listened to by name.
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        const { lastEventId, data } = event as MessageEvent<string>
        last = lastEventId
        const { command } = JSON.parse(data) as { command?: string }
        const message: Happened = { type: 'happened', name, position: lastEventId, command }
        happened(message)
        tell(message)
      })
    }
  })
}
