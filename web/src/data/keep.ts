/** Keeps answers for the next visit, and for a start without network. */
import { hashKey, type Query } from '@tanstack/react-query'
import { expired, type SignedIn, signedIn } from '~/api/session'
import { recall } from '~/lib/remember'
import { database } from '~/outbox/store'
import { cache } from './cache'
import { forgetStored } from './forget'
import { type Answer, isYoung, type Kept, keptAs, SHAPE } from './kept'

const KEPT_MAX = 300
/** What is worth keeping for an offline start. */
const KEPT = new Set(
  'me dashboard goals goal progress streak weeks logs totals workspaces members'.split(' '),
)
/** So long changes are gathered before they are written. */
const GATHER_MS = 1_000
/** Nobody who goes elsewhere waits for longer. */
const WRITE_MS_MAX = 500

let timer: ReturnType<typeof setTimeout> | undefined
let unsubscribe: () => void = () => undefined

/** Keeps what is known from now on, a moment after it changes, for as long as the session lasts. */
export function keep(): void {
  const gather = () => {
    timer ??= setTimeout(() => void finish(), GATHER_MS)
  }
  unsubscribe = cache.getQueryCache().subscribe(({ type }) => {
    if (type === 'updated' || type === 'added' || type === 'removed') gather()
  })
  gather()
  // Who closes the tab meanwhile finds it, too, where the browser leaves time for it.
  addEventListener('pagehide', () => void finish())
  expired.subscribe(leaveNothing)
  leaveNothing()
  void forgetOld().catch(() => undefined)
}

/** Whoever ended the session elsewhere, or erased themselves there, wants nothing left here. */
function leaveNothing(): void {
  if (expired.get()) void forgetStored()
}

/** Takes out what is too old to be of use, also of workspaces that nobody comes back to. */
async function forgetOld(): Promise<void> {
  const { store } = (await database()).transaction('cache', 'readwrite')
  for (let at = await store.openCursor(); at; at = await at.continue()) {
    const { shape, answers } = at.value as Kept
    const young = shape === SHAPE ? answers.filter(({ updatedAt }) => isYoung(updatedAt)) : []
    if (young.length === 0) await at.delete()
    else if (young.length < answers.length) await at.update({ shape, answers: young } satisfies Kept)
  }
}

/**
 * Keeps what changed until now, and nothing that comes after: the page is on its way elsewhere. With the page goes what is
 * not written by then, so there is something to wait for; not for long, should the storage not answer.
 */
export async function keepNoMore(): Promise<void> {
  unsubscribe()
  await Promise.race([finish(), new Promise((late) => setTimeout(late, WRITE_MS_MAX))])
}

/** Writes what is gathered. */
async function finish(): Promise<void> {
  if (timer === undefined) return
  clearTimeout(timer)
  timer = undefined
  await write().catch(() => undefined)
}

/** Whether an answer is kept: also one that could not be renewed since, as happens to all of them without network. */
function isKept({ queryKey, state }: Query): boolean {
  // What is read of the past is read once.
  const isPast = queryKey.some((part) => part !== null && typeof part === 'object' && 'past' in part)
  return state.data !== undefined && KEPT.has(String(queryKey[0])) && !isPast && isYoung(state.dataUpdatedAt)
}

/** What is known of this, the newest first. */
export const known = (isWanted: (query: Query) => boolean): Answer[] =>
  newest(
    cache
      .getQueryCache()
      .getAll()
      .filter(isWanted)
      .map(({ queryKey, state }) => ({ key: queryKey, data: state.data, updatedAt: state.dataUpdatedAt })),
  )

/** To each question the newest answer, and of these the newest. */
function newest(answers: Answer[]): Answer[] {
  const asked = new Set<string>()
  const isFirst = ({ key }: Answer) => asked.size < asked.add(hashKey(key)).size
  const sorted = answers.sort((one, next) => next.updatedAt - one.updatedAt)
  return sorted.filter(isFirst).slice(0, KEPT_MAX)
}

async function write(): Promise<void> {
  const key = keptAs()
  if (!key) return
  const ours = known(isKept)
  const tx = (await database()).transaction('cache', 'readwrite')
  // Another tab may know more, or better.
  const theirs = (await tx.store.get(key)) as Kept | undefined
  const young = theirs?.shape === SHAPE ? theirs.answers.filter(({ updatedAt }) => isYoung(updatedAt)) : []
  const kept: Kept = { shape: SHAPE, answers: newest([...ours, ...young]) }
  // Who left in another tab has nothing left here, though this one has not heard of it yet.
  if (!expired.get() && recall<SignedIn>('session')?.user === signedIn.get()?.user)
    await tx.store.put(kept, key)
  await tx.done
}
