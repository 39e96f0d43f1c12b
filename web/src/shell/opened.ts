import { store } from '~/lib/store'

/** Which dialog is open above the page. */
export type Opened =
  | { name: 'newGoal'; title?: string }
  | { name: 'editGoal'; id: string }
  | { name: 'schedule' | 'target' | 'pause'; id: string }
  | { name: 'pauseAll' }
  | { name: 'outbox' }
  | { name: 'workspaces' }
  /** They belong to a workspace no longer; what it was called, if that is known. */
  | { name: 'left'; id: string; called: string | undefined }
  | { name: 'keys' }

/** The open dialog. */
export const opened = store<Opened | undefined>(undefined)
