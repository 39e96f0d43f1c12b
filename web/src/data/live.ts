/** The live feed: one connection for all tabs of the browser, held by whichever of them has the lock. */
import { position } from '~/api/position'
import { expired, reachSigned, signedIn } from '~/api/session'
import { onTold, type Told, tell } from '~/lib/channel'
import { store } from '~/lib/store'
import { entries, onAnswered } from '~/outbox'
import { renewAnswers } from './cache'

/** Whether the feed is connected, as far as this tab can see. */
export const live = store(false)

const SETTLE_MS = 60
const RETRY_MS = 5_000

type Happened = Extract<Told, { type: 'happened' }>
const stale = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** What answers may be out of date after an event. */
function touchedBy(name: string): string[] {
  const figures = ['dashboard', 'goals', 'goal', 'progress', 'streak', 'weeks', 'week', 'history']
  if (name.startsWith('DailyLog')) return ['logs', 'totals', ...figures]
  if (name.startsWith('Goal')) return figures
  if (name.startsWith('User')) return ['me', 'history']
  if (name === 'WeekClosed') return ['weeks', 'week', 'history']
  return ['me', 'logs', 'totals', ...figures]
}

/** Asks again for what is shown and may be out of date, once for all that happens in a moment. */
function renew(names: string[]): void {
  for (const name of names) stale.add(name)
  clearTimeout(timer)
  timer = setTimeout(() => {
    for (const name of stale) renewAnswers(name)
    stale.clear()
  }, SETTLE_MS)
}

function happened({ name, position: at, command }: Happened): void {
  position.hear(at)
  // What this browser did itself, it renews when the answer is there.
  if (command && entries.get().some((entry) => entry.key === command)) return
  renew(touchedBy(name))
}

/** By the ends of commands' names. */
const KIND_EVENTS: Record<string, string> = {
  Goal: 'Goal',
  Schedule: 'Goal',
  Target: 'Goal',
  Log: 'DailyLog',
  Day: 'DailyLog',
  Profile: 'User',
  Preferences: 'User',
}

/** Listens, for as long as the page lives. */
export function goLive(): void {
  onTold((message) => {
    if (message.type === 'happened') happened(message)
  })
  onAnswered((entry) => {
    position.learn(entry.settled, entry.position)
    const { kind } = entry.command
    const ending = Object.keys(KIND_EVENTS).find((one) => kind.endsWith(one))
    renew(touchedBy(KIND_EVENTS[ending ?? ''] ?? '*'))
  })
  const start = () => {
    if (signedIn.get() && !expired.get()) void lead()
  }
  signedIn.subscribe(start)
  expired.subscribe(start)
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
  if (!after) renew(touchedBy('*'))
  while (signedIn.get() && !expired.get()) {
    const followed = await follow(after)
    // What cannot be resumed, as after a restore from a backup, begins anew; anything may have happened meanwhile.
    if (!followed.opened && after) renew(touchedBy('*'))
    after = followed.opened ? followed.last : undefined
    live.set(false)
    if (document.visibilityState === 'hidden')
      await new Promise((seen) => addEventListener('visibilitychange', seen, { once: true }))
    await new Promise((later) => setTimeout(later, RETRY_MS))
    // An EventSource does not tell why it failed. A query does, and refreshes what has run out.
    await reachSigned(new Request(new URL('/v1/me', location.origin))).catch(() => undefined)
  }
}

/** One connection; ends when the browser gives it up. Says how far it came. */
function follow(after: string | undefined): Promise<{ opened: boolean; last: string | undefined }> {
  return new Promise((ended) => {
    const source = new EventSource(after ? `/v1/events?after=${encodeURIComponent(after)}` : '/v1/events')
    let last = after
    let opened = false
    const end = () => {
      stop()
      source.close()
      ended({ opened, last })
    }
    const stop = expired.subscribe(() => expired.get() && end())
    source.onopen = () => {
      opened = true
      live.set(true)
    }
    source.onerror = () => {
      live.set(false)
      if (source.readyState === EventSource.CLOSED) end()
    }
    source.addEventListener('heartbeat', (event) => {
      live.set(true)
      last = (event as MessageEvent).lastEventId || last
    })
    for (const name of NAMES) {
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

/** The feed names each message after its event, so each is listened to by name. */
const NAMES = [
  'UserRegistered UserProfileChanged UserPreferencesChanged UserErased',
  'WorkspaceCreated WorkspaceRenamed WorkspaceCalendarSet MemberAdded MemberRoleChanged MemberRemoved',
  'GoalCreated GoalRevised GoalScheduleSet WeeklyTargetSet WeeklyTargetWithdrawn GoalPaused GoalResumed',
  'GoalCompleted GoalReopened GoalArchived GoalRestored',
  'DailyLogCreated DailyLogCorrected DailyLogWithdrawn DailyLogRestored WeekClosed',
].flatMap((line) => line.split(' '))
