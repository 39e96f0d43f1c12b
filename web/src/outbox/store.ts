/** The outbox: every command this browser was given, in IndexedDB until the server has answered, and a while longer. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Problem } from '~/api/types'
import type { Command, Wire } from './commands'

/** A command in the outbox. */
export interface Entry {
  /** Its place in the order it was given. */
  seq?: number
  /** The command's id: its `Idempotency-Key`, the same however often it is sent. */
  key: string
  /** Who gave it. It is never sent as anyone else. */
  user: string
  /** In which workspace, where that is not their own. It is never sent into another. */
  workspace?: string | undefined
  command: Command
  wire: Wire
  /** Sent as `If-Match`. */
  condition?: number | undefined
  /** What waited before it when it was given, by key: the condition counts on each to bring its subject a version further. */
  upon?: string[] | undefined
  madeAt: number
  state: 'waiting' | 'done' | 'refused'
  /** Why it was refused; or, while it waits, why the server could not do it the last time. */
  problem?: Problem | undefined
  /** How often it could not be sent for now. */
  attempts: number
  /** The count of `position` since which answers show it, once it is done. */
  settled?: number
  /** Where the log stood, once it is done: at what it caused, if it changed anything. */
  position?: string
  /** Whether it changed anything, once it is done. Else there is nothing to take back. */
  changed?: boolean
  /** The subject's version since, once it is done. */
  version?: number
}

interface Schema extends DBSchema {
  outbox: { key: number; value: Entry; indexes: { key: string; user: string } }
  cache: { key: string; value: unknown }
}

let opened: Promise<IDBPDatabase<Schema>> | undefined

/** The database of this browser. Where it could not be opened, or was closed, the next who asks tries anew. */
export function database(): Promise<IDBPDatabase<Schema>> {
  opened ??= open().catch((error) => {
    opened = undefined
    throw error
  })
  return opened
}

/** Fails where browsers throw, too. */
async function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>('momentum', 1, {
    upgrade(db) {
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true })
      outbox.createIndex('key', 'key', { unique: true })
      outbox.createIndex('user', 'user')
      db.createObjectStore('cache')
    },
    blocking() {
      // Another tab brings a newer shape; make way.
      void opened?.then((db) => db.close())
      opened = undefined
    },
    terminated() {
      opened = undefined
    },
  })
}

/** All entries of a user, in order. */
export async function entriesOf(user: string): Promise<Entry[]> {
  const entries = await (await database()).getAllFromIndex('outbox', 'user', user)
  return entries.sort((one, next) => (one.seq ?? 0) - (next.seq ?? 0))
}

/** Writes a command down: in its place, at the end, or right before another's place, which may be after someone else's. */
export async function put(entry: Entry, next?: number): Promise<number> {
  // Relaxed durability may lose a command in a power cut that the person saw as taken.
  const tx = (await database()).transaction('outbox', 'readwrite', { durability: 'strict' })
  if (next !== undefined) {
    const last = await tx.store.openKeyCursor(IDBKeyRange.upperBound(next, true), 'prev')
    entry.seq = ((last?.key ?? 0) + next) / 2
  }
  const seq = await tx.store.put(entry)
  await tx.done
  return seq
}

/** Writes down what became of an entry, unless it was dropped meanwhile. */
export async function update(entry: Entry): Promise<void> {
  const tx = (await database()).transaction('outbox', 'readwrite')
  if (await tx.store.getKey(entry.seq ?? 0)) await tx.store.put(entry)
  await tx.done
}

/** Takes entries out. */
export async function remove(entries: Entry[]): Promise<void> {
  const tx = (await database()).transaction('outbox', 'readwrite')
  await Promise.all(entries.map((entry) => entry.seq !== undefined && tx.store.delete(entry.seq)))
  await tx.done
}
