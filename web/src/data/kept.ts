/** Brings back what was kept of answers at the last visit. Each user's are apart, and those of each workspace. */
import { signedIn } from '~/api/session'
import { workspace } from '~/api/workspace'
import { recall } from '~/lib/remember'
import { database } from '~/outbox/store'
import { cache } from './cache'

/** Changed with the shape of what is kept, so that older things are not misread. */
export const SHAPE = 3
const KEPT_MS = 30 * 24 * 3_600_000

/** An answer, as it is kept. */
export interface Answer {
  key: readonly unknown[]
  data: unknown
  updatedAt: number
}

/** What is kept under a key. */
export interface Kept {
  shape: number
  answers: Answer[]
}

/** What was known of where one can go, in the workspace that this tab comes from. */
export interface WayBack {
  user: string | undefined
  answers: Answer[]
}

/** Whether an answer is young enough to be of use. */
export const isYoung = (updatedAt: number) => Date.now() - updatedAt < KEPT_MS

/** Under which key: whoever is signed in, and the workspace that is shown where that is not their own. */
export const keptAs = () => signedIn.get() && [signedIn.get()?.user, workspace()].filter(Boolean).join(' ')

/** Brings back what was kept for whoever is signed in. */
export async function bringBack(): Promise<void> {
  const key = keptAs()
  if (!key) return
  const back = recall<WayBack>('back', true)
  if (back?.user === signedIn.get()?.user) back?.answers.forEach(show)
  const kept = (await (await database()).get('cache', key)) as Kept | undefined
  if (kept?.shape === SHAPE) kept.answers.forEach(show)
}

/** Shows it, unless something newer is known: also what came meanwhile. */
function show({ key, data, updatedAt }: Answer): void {
  if (isYoung(updatedAt) && updatedAt > (cache.getQueryState(key)?.dataUpdatedAt ?? 0))
    cache.setQueryData(key, data, { updatedAt })
}
