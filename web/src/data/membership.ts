/** Noticing that the person no longer belongs to the workspace that is shown, and going back to their own. */
import { api } from '~/api/client'
import { ProblemError } from '~/api/problem'
import { signedIn } from '~/api/session'
import { choose, inWorkspace, OWN, workspace } from '~/api/workspace'
import { recall, remember } from '~/lib/remember'
import { database } from '~/outbox/store'
import { opened } from '~/shell/opened'
import { cache } from './cache'
import { keepNoMore, known } from './keep'
import { keptAs, type WayBack } from './kept'
import { meQuery } from './queries'

/** Who was let in or removed is known to every process after as long. */
const KNOWN_MS = 1_500

let looking = false

const isNothing = (error: unknown) => error instanceof ProblemError && error.problem.code === 'not-found'

/** Looks whether they still belong to it: whoever was removed is told that there is nothing. */
export async function lookAfter(wrong: unknown): Promise<void> {
  if (looking || workspace() === OWN || !isNothing(wrong)) return
  looking = true
  try {
    await new Promise((known) => setTimeout(known, KNOWN_MS))
    await api.get('/v1/workspace/members', { headers: inWorkspace() })
  } catch (error) {
    if (isNothing(error)) await goHome()
  } finally {
    looking = false
  }
}

/** Nothing of it stays here. What was not sent stays in the outbox, where it is refused in sight. */
async function goHome(): Promise<void> {
  const called = cache.getQueryData(meQuery.queryKey)?.data.workspace.name
  remember('left', { id: workspace(), called: called ?? undefined }, true)
  await forgetKept()
  enter(OWN)
}

/** Forgets what was kept of the workspace that is shown, on the way out of it. */
export async function forgetKept(): Promise<void> {
  const key = keptAs()
  cache.clear()
  await keepNoMore()
  if (key)
    await database()
      .then((db) => db.delete('cache', key))
      .catch(() => undefined)
}

/** Begins anew in another workspace. Without network, the way on is known there, too. */
export function enter(next: string, path = '/'): void {
  const answers = known(({ queryKey: [name] }) => name === 'workspaces' || name === 'members')
  const back: WayBack = { user: signedIn.get()?.user, answers }
  remember('back', back, true)
  // Brought back by the browser as it was, it would show one workspace and act in another.
  window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
  void keepNoMore().then(() => {
    choose(next)
    location.assign(path)
  })
}

/** Says it once the app has begun anew. */
export function sayWhatWasLeft(): void {
  const left = recall<{ id: string; called: string | undefined }>('left', true)
  if (!left) return
  remember('left', undefined, true)
  opened.set({ name: 'left', ...left })
}
