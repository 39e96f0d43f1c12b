/** What a person can do about a refused command. Pure. */
import type { Command } from './commands'
import type { Entry } from './store'

/** Restore the goal first; give it again as it is; or change what was typed. */
export type Mend = 'restoreGoal' | 'again' | 'change'

/** Refused because it is so already. */
const IS_SO: Partial<Record<Command['kind'], string>> = {
  completeGoal: 'goal-completed',
  reopenGoal: 'goal-not-completed',
  archiveGoal: 'goal-archived',
  restoreGoal: 'goal-not-archived',
  withdrawLog: 'log-withdrawn',
  restoreLog: 'log-not-withdrawn',
}
/** What it is about is gone, is taken back already, or was changed so that it cannot be. */
const FOR_GOOD = new Set(['not-found', 'undone-already', 'changed-since', 'not-undoable', 'text-erased'])
/** As it is, it would be refused again. */
const WRONG = new Set([
  'version-conflict',
  'invalid-input',
  'day-not-begun',
  'range-reversed',
  'payload-too-large',
])
const TYPED = new Set<Command['kind']>(['logDay', 'correctLog', 'createGoal', 'reviseGoal'])

/** What mends it, the best first. `archived` tells whether its goal is put away now, which may have changed since. */
export function mendsOf({ command, problem }: Entry, archived: boolean): Mend[] {
  const code = problem?.code ?? ''
  if (FOR_GOOD.has(code) || IS_SO[command.kind] === code) return []
  if (code === 'goal-archived' && archived) return ['restoreGoal']
  if (code === 'goal-archived' && isOvertaken(command)) return ['change']
  const change: Mend[] = TYPED.has(command.kind) ? ['change'] : []
  return WRONG.has(code) && change.length > 0 ? change : ['again', ...change]
}

/** Whether a command was meant for a version of its goal, which is over once that is archived and restored. */
export const isOvertaken = (command: Command) => command.kind === 'reviseGoal'

/** The goal that a command is about, if any. */
export function goalIdOf(command: Command): string | undefined {
  switch (command.kind) {
    case 'logDay':
      return command.body.goal_id
    case 'correctLog':
    case 'withdrawLog':
    case 'restoreLog':
      return command.was.goal_id
    case 'changeProfile':
    case 'changePreferences':
    case 'setCalendar':
      return undefined
    // What is taken back may be of a log as well, whose goal it does not tell.
    case 'undo':
      return command.effect && goalIdOf(command.effect)
    default:
      return command.id
  }
}
