/** Forgetting what this browser knows. Without storage nothing was kept in it either, and nobody is held up for it. */
import { position } from '~/api/position'
import { signedIn, signOut } from '~/api/session'
import { choose, OWN } from '~/api/workspace'
import { remember } from '~/lib/remember'
import { database, entriesOf, remove } from '~/outbox/store'
import { cache } from './cache'

/** Forgets what was known, as when someone else signs in. */
export async function forgetAll(): Promise<void> {
  cache.clear()
  position.forget(OWN)
  await forgetStored()
}

/** Forgets what is kept for the next visit. What is not done stays in the outbox, for when its owner is back. */
export async function forgetStored(): Promise<void> {
  remember('back', undefined, true)
  await database()
    .then((db) => Promise.all([db.clear('cache'), removeDone()]))
    .catch(() => undefined)
}

/** Signs out, and leaves nothing of someone who is gone: not even what they did and was never sent. */
export async function forgetPerson(): Promise<void> {
  const user = signedIn.get()?.user
  choose(OWN)
  signOut()
  await forgetAll()
  if (user)
    await entriesOf(user)
      .then(remove)
      .catch(() => undefined)
}

/** Takes out what is done, whoever's it was, but for what counts with something that still waits. */
export async function removeDone(): Promise<void> {
  const tx = (await database()).transaction('outbox', 'readwrite')
  const entries = await tx.store.getAll()
  const waiting = entries.filter(({ state }) => state === 'waiting')
  const needed = new Set(
    waiting.flatMap(({ command, upon = [] }) => (command.kind === 'undo' ? [command.of, ...upon] : upon)),
  )
  const gone = entries.filter(({ state, key }) => state === 'done' && !needed.has(key))
  await Promise.all(gone.map(({ seq }) => seq !== undefined && tx.store.delete(seq)))
  await tx.done
}
