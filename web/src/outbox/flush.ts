/** Sends what is in the outbox: in order, by one tab only, each command with the same bytes and id until it is answered. */
import { position } from '~/api/position'
import { isPassing, ProblemError, problemOf } from '~/api/problem'
import { reachSigned, userNow } from '~/api/session'
import type { Done } from '~/api/types'
import { inWorkspace, OWN } from '~/api/workspace'
import { alone } from '~/lib/channel'
import { type Command, creates, needsOf, subjectOf, undoPath } from './commands'
import { type Entry, entriesOf, remove, update } from './store'

/** Done commands are kept as long, for answers from before them that are still shown offline. */
const DONE_KEPT_MS = 24 * 3_600_000
const DONE_KEPT_MAX = 200
const RETRY_MS = { first: 1_000, longest: 60_000 }
/** An answer that takes longer is as good as none: the same command is sent again, and done only once. */
const ANSWER_MS_MAX = 30_000
/** So the server tells that it failed at this command, as it may at no other. */
const FAULTS = [500, 501]

/** What came of an attempt to send everything. */
export type Flushed = { state: 'empty' } | { state: 'later'; inMs: number } | { state: 'session' }

/** Sends what waits. `told` is called after each answer, `began` before each is sent. */
export function flush(
  user: string,
  told: (entry: Entry) => void,
  began: (entry: Entry) => void = () => undefined,
): Promise<Flushed> {
  return alone('outbox', async () => {
    const failed = new Set<string>()
    let end: Flushed = { state: 'empty' }
    for (;;) {
      const entries = await entriesOf(user)
      for (const entry of entries) position.learn(entry.settled, entry.position, entry.workspace ?? OWN)
      const next = nextOf(entries, failed)
      if (!next) {
        await forgetOld(entries)
        return end
      }
      if (userNow() !== user) return { state: 'session' }
      began(next)
      settle(next, entries)
      const flushed = locate(next, entries) ? await send(next) : undefined
      await update(next)
      told(next)
      if (!flushed) continue
      if (!next.problem) return flushed
      failed.add(next.key)
      end = flushed
    }
  })
}

/**
 * The first that waits, and not for something that was refused, or that waits for it. What is about the same as something
 * that failed, by key, comes after that.
 */
export function nextOf(entries: Entry[], failed = new Set<string>()): Entry | undefined {
  const held = new Set<string>()
  return entries.find((entry) => {
    if (entry.state !== 'waiting') return false
    const about = [subjectOf(entry.command), ...needsOf(entry.command)]
    const isHeld = failed.has(entry.key) || about.some((one) => held.has(one))
    if (isHeld) about.forEach(held.add, held)
    return !isHeld && !heldBy(entry, entries) && undoneBy(entry, entries)?.state !== 'waiting'
  })
}

/** What a command takes back, if that was given on this browser. */
function undoneBy({ command }: Entry, entries: Entry[]): Entry | undefined {
  return command.kind === 'undo' ? entries.find(({ key }) => key === command.of) : undefined
}

/** The refused command without which this one makes no sense. */
export function heldBy(entry: Entry, entries: Entry[]): Entry | undefined {
  return entries.find((other) => other.state === 'refused' && isNeeded(other, entry))
}

/** What waits, and makes no sense without a command. */
export function needing(needed: Entry, entries: Entry[]): Entry[] {
  return entries.filter((entry) => entry.state === 'waiting' && isNeeded(needed, entry))
}

const isNeeded = (one: Entry, by: Entry) =>
  one !== by && creates(one.command) && needsOf(by.command).includes(subjectOf(one.command))

/** What waits to bring the subject of a command a version further, by key. */
export function before(command: Command, entries: Entry[]): string[] {
  const subject = subjectOf(command)
  const same = (entry: Entry) => entry.state === 'waiting' && subjectOf(entry.command) === subject
  return entries.filter((entry) => same(entry) && !creates(entry.command)).map(({ key }) => key)
}

/**
 * Settles the condition of a command, once what it counts on is answered: what was refused, or changed nothing, has
 * brought no version, and that number may by now be somebody else's change.
 */
function settle(entry: Entry, entries: Entry[]): void {
  const { condition, upon = [] } = entry
  if (condition === undefined) return
  let version = condition - upon.length
  for (const key of upon) {
    const answered = entries.find((one) => one.key === key && one.state === 'done')
    version = Math.min(version + 1, answered?.version ?? version)
  }
  entry.condition = version
  entry.upon = undefined
}

/**
 * Completes the address of an undo whose event was not known when it was asked for. False, if there is no such event:
 * what was to be taken back was refused, or changed nothing, so there is nothing left to do.
 */
function locate(entry: Entry, entries: Entry[]): boolean {
  const { command } = entry
  if (command.kind !== 'undo' || command.position) return true
  const undone = undoneBy(entry, entries)
  if (!undone?.changed || !undone.position) {
    entry.state = 'done'
    return false
  }
  command.position = undone.position
  entry.wire.path = undoPath(undone.position)
  return true
}

/** Sends one, and notes the answer in it. Says when to stop for now. */
async function send(entry: Entry): Promise<Flushed | undefined> {
  const { workspace = OWN } = entry
  const headers: Record<string, string> = { 'idempotency-key': entry.key, ...inWorkspace(workspace) }
  if (entry.wire.body) headers['content-type'] = 'application/json'
  if (entry.condition !== undefined) headers['if-match'] = `"${entry.condition}"`
  const { path, method, body } = entry.wire
  entry.problem = undefined
  try {
    const url = new URL(path, location.origin)
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    const response = await reachSigned(new Request(url, { method, headers, body: body || null, signal }))
    if (!response.ok) throw await problemOf(response)
    const done = (await response.json()) as Done
    entry.state = 'done'
    entry.version = done.version
    entry.position = done.position
    entry.changed = done.changed
    entry.settled = position.settle(done.position, workspace)
    return undefined
  } catch (error) {
    const { problem, retryAfterMs = 0 } = error instanceof ProblemError ? error : {}
    if (problem?.status === 401) return { state: 'session' }
    if (problem && !isPassing(error)) {
      entry.state = 'refused'
      entry.problem = problem
      return undefined
    }
    if (problem && FAULTS.includes(problem.status)) entry.problem = problem
    entry.attempts += 1
    const wait = Math.min(RETRY_MS.first * 2 ** (entry.attempts - 1), RETRY_MS.longest)
    return { state: 'later', inMs: Math.max(retryAfterMs, wait) }
  }
}

async function forgetOld(entries: Entry[]): Promise<void> {
  const done = entries.filter((entry) => entry.state === 'done')
  const old = done.filter(
    (entry, at) => at < done.length - DONE_KEPT_MAX || entry.madeAt < Date.now() - DONE_KEPT_MS,
  )
  if (old.length > 0) await remove(old)
}
