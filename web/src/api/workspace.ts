/**
 * Which workspace this tab shows: for as long as it is open, whatever other tabs come to show. Choosing another begins the
 * app anew, so that nothing of one is left in the sight of another.
 */
import { recall, remember } from '~/lib/remember'
import { signedIn } from './session'

/** Stands for the person's own workspace, which requests are about unless they name another. */
export const OWN = ''

interface Shown {
  user: string | undefined
  workspace: string
}

let known: Shown | undefined

/** The workspace that is shown: what the tab showed before, else what the person chose last on this browser. */
export function workspace(): string {
  const user = signedIn.get()?.user
  if (known?.user !== user) {
    const before = recall<Shown>('shown', true)
    show(before?.user === user ? before?.workspace : recall(`workspace.${user}`))
  }
  return known?.workspace ?? OWN
}

/** Shows another workspace from now on, and on the next visit; the app is to begin anew. */
export function choose(next: string): void {
  const { user, workspace } = show(next)
  remember(`workspace.${user}`, workspace || undefined)
}

/** Their own is `OWN`, by whichever id they come to it. */
function show(next = OWN): Shown {
  const now = signedIn.get()
  known = { user: now?.user, workspace: next === now?.workspace ? OWN : next }
  remember('shown', known, true)
  return known
}

/** The header of a request about a workspace. */
export const inWorkspace = (of = workspace()): { 'Momentum-Workspace'?: string } =>
  of ? { 'Momentum-Workspace': of } : {}
