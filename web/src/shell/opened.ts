import { store } from '~/lib/store'

/** Which dialog is open above the page. */
export type Opened =
  | { name: 'newGoal'; title?: string }
  | { name: 'editGoal'; id: string }
  | { name: 'schedule' | 'target' | 'pause'; id: string }
  | { name: 'outbox' }
  | { name: 'keys' }

/** The open dialog. */
export const opened = store<Opened | undefined>(undefined)
