/** The outbox as pages see it: give a command, watch what waits, repair or drop what was refused. */
import { expired, signedIn } from '~/api/session'
import { OWN, workspace } from '~/api/workspace'
import { onTold, tell } from '~/lib/channel'
import { store, useStore } from '~/lib/store'
import { uuid7 } from '~/lib/uuid'
import { type Command, conditionOf, isOfPerson, wireOf } from './commands'
import { before, flush, needing } from './flush'
import { type Entry, entriesOf, put, remove } from './store'

export type { Entry } from './store'

/** Everything in the outbox of whoever is signed in, in order. */
export const entries = store<Entry[]>([])
/** Whether the last attempt to send did not get all of it through. */
export const stuck = store(false)
/** The key of what this tab is sending right now. */
export const sending = store<string | undefined>(undefined)

type Listener = (entry: Entry) => void
const answered = new Set<Listener>()
/** Writes not finished yet; the flusher reads only what is written. */
let writing: Promise<unknown> = Promise.resolve()
/** The keys of what is still to be written, or could not be. */
const unwritten = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Calls back when a command of this browser was answered, whichever tab sent it. */
export function onAnswered(listener: Listener): () => void {
  answered.add(listener)
  return () => answered.delete(listener)
}

/** Gives a command: shown at once, written down, and sent as soon as can be; after all others, or right before one of them. */
export function give(command: Command, next?: Entry): Entry {
  const user = signedIn.get()?.user
  if (!user) throw new Error('nobody is signed in')
  const entry = entryOf(user, command)
  const known = entries.get()
  if (next?.seq !== undefined) entry.seq = ((known[known.indexOf(next) - 1]?.seq ?? 0) + next.seq) / 2
  entries.set(inOrder([...known, entry]))
  writeDown(entry, next)
  return entry
}

/** Whether a command is about the workspace that is shown, or about the person, who is the same in all. */
export const isHere = ({ command, workspace: of = OWN }: Entry) => of === workspace() || isOfPerson(command)

function entryOf(user: string, command: Command): Entry {
  return {
    key: uuid7(),
    user,
    workspace: (!isOfPerson(command) && workspace()) || undefined,
    command,
    wire: wireOf(command),
    ...conditionFor(command),
    madeAt: Date.now(),
    state: 'waiting',
    attempts: 0,
  }
}

/** The version that a command is meant for, and what that counts on. */
function conditionFor(command: Command): Pick<Entry, 'condition' | 'upon'> {
  const condition = conditionOf(command)
  return condition === undefined ? {} : { condition, upon: before(command, entries.get()) }
}

/** By their places; those that have none yet come last, as they were given. */
function inOrder(some: Entry[]): Entry[] {
  const place = ({ seq = Number.POSITIVE_INFINITY }: Entry) => seq
  return some.sort((one, next) => (place(one) === place(next) ? 0 : place(one) - place(next)))
}

function writeDown(entry: Entry, next?: Entry): void {
  unwritten.add(entry.key)
  writing = writing
    .then(() => put(entry, next?.seq))
    .then((seq) => {
      entry.seq = seq
      unwritten.delete(entry.key)
      tell({ type: 'outbox' })
      void send()
    })
  writing = writing.catch(() => {
    // No storage, as in some private windows, or no room: better refused in sight than lost in silence.
    const problem = { type: 'about:blank', title: '', status: 0, detail: '', code: 'not-stored' }
    replace({ ...entry, state: 'refused', problem })
  })
}

/** Sends what waits, now. */
export async function send(): Promise<void> {
  clearTimeout(timer)
  const user = signedIn.get()?.user
  if (!user || expired.get()) return
  const told = (entry: Entry) => {
    replace(entry)
    // Told of what could not be sent, other tabs would try at once, and tell in turn.
    if (entry.state === 'waiting') return
    for (const listener of answered) listener(entry)
    tell({ type: 'outbox' })
  }
  const began = (entry: Entry) => sending.set(entry.key)
  const flushed = await flush(user, told, began).catch(() => ({ state: 'later' as const, inMs: 5_000 }))
  sending.set(undefined)
  stuck.set(flushed.state === 'later')
  if (flushed.state === 'later') timer = setTimeout(send, flushed.inMs)
}

/** Gives a refused command again, under a new id and in its old place: what needs it comes after it. */
export function repair(entry: Entry, command: Command = entry.command): void {
  const { user, workspace, seq } = entry
  const again = { ...entryOf(user, command), workspace, ...(seq !== undefined && { seq }) }
  entries.set(entries.get().map((known) => (known.key === entry.key ? again : known)))
  writeDown(again)
}

/** Drops a refused command, and what makes no sense without it. Tells all that it dropped. */
export async function drop(entry: Entry): Promise<Entry[]> {
  const gone = [entry, ...needing(entry, entries.get())]
  entries.set(entries.get().filter((known) => !gone.includes(known)))
  await remove(gone)
  tell({ type: 'outbox' })
  void send()
  return gone
}

/** Puts back what was dropped, as it was. */
export function putBack(gone: Entry[]): void {
  entries.set(inOrder([...entries.get(), ...gone]))
  for (const entry of gone) writeDown(entry)
}

function replace(entry: Entry): void {
  entries.set(entries.get().map((known) => (known.key === entry.key ? entry : known)))
}

/** Whose entries were read last. */
let reader: string | undefined

/** Reads what is written, and keeps what this tab is still writing. */
async function read(): Promise<void> {
  const user = signedIn.get()?.user
  const isFirst = reader !== user
  reader = user
  if (!user) return entries.set([])
  const written = await entriesOf(user)
  const before = new Map(entries.get().map((entry) => [entry.key, entry]))
  const keys = new Set(written.map((entry) => entry.key))
  const mine = entries.get().filter(({ key }) => unwritten.has(key) && !keys.has(key))
  // What was repaired takes the place of what was refused.
  const taken = new Set(mine.map(({ seq }) => seq))
  entries.set(inOrder([...written.filter(({ seq }) => !taken.has(seq)), ...mine]))
  for (const entry of written) {
    // What another tab was given and was answered since was never seen to wait.
    const was = before.get(entry.key)?.state ?? (isFirst ? entry.state : 'waiting')
    if (entry.state !== 'waiting' && was === 'waiting') for (const listener of answered) listener(entry)
  }
}

/** Reads the outbox, and goes on sending: at the start, when the network is back, when another tab was given something. */
export async function openOutbox(): Promise<void> {
  onTold((message) => {
    if (message.type === 'outbox') void read().then(send)
  })
  addEventListener('online', () => void send())
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void send()
  })
  signedIn.subscribe(() => void read().then(send))
  expired.subscribe(() => void send())
  await read().catch(() => undefined)
  void send()
}

/** The entries, and a new rendering when they change. */
export const useEntries = () => useStore(entries)
