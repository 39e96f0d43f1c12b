/** Giving commands as a person does: at once, with a word about it, and a way back. */
import { t } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'
import { opened } from '~/shell/opened'
import { say } from '~/ui/toast'
import { type Command, inverseOf } from './commands'
import { type Entry, give, onAnswered } from './index'

const UNDO_MAX = 50
const undoable: Command[] = []

/** Gives a command and offers to take it back. */
export function act(command: Command): Entry {
  undoable.push(command)
  if (undoable.length > UNDO_MAX) undoable.shift()
  say(done(command), { action: { label: t('action.undo'), run: () => undo(command) } })
  return give(command)
}

/** Takes back a command; the last one, unless told which. */
export function undo(command = undoable.at(-1)): void {
  if (!command) {
    say(t('undo.nothing'))
    return
  }
  const at = undoable.lastIndexOf(command)
  if (at < 0) return
  undoable.splice(at, 1)
  give(inverseOf(command))
  say(t('undo.done'))
}

/** Says it when a command was refused, and what it did drops out of sight. */
export function sayRefusals(): void {
  onAnswered((entry) => {
    if (entry.state !== 'refused') return
    const at = undoable.indexOf(entry.command)
    if (at >= 0) undoable.splice(at, 1)
    const action = { label: t('outbox.review'), run: () => opened.set({ name: 'outbox' }) }
    say(t('outbox.toast', { what: nameOf(entry.command) }), { tone: 'bad', action })
  })
}

/** What a command asks, in a line. */
export function nameOf(command: Command): string {
  if (command.kind === 'createGoal') return t('command.createGoal', { title: command.body.title })
  if (command.kind === 'logDay') {
    const { minutes, day } = command.body
    const told = { minutes: formatMinutes(minutes), day: formatDay(day, { dateStyle: 'medium' }) }
    return t('command.logDay', { ...told, title: command.title })
  }
  return t(`command.${command.kind}`, 'title' in command ? { title: command.title } : {})
}

/** What it did, in a line. */
function done(command: Command): string {
  switch (command.kind) {
    case 'createGoal':
      return t('goal.created', { title: command.body.title })
    case 'reviseGoal':
      return t('goal.revised', { title: command.body.title ?? command.title })
    case 'completeGoal':
      return t('goal.completed', { title: command.title })
    case 'reopenGoal':
      return t('goal.reopened', { title: command.title })
    case 'archiveGoal':
      return t('goal.putAway', { title: command.title })
    case 'restoreGoal':
      return t('goal.takenOut', { title: command.title })
    case 'logDay':
      return t('log.logged', { minutes: formatMinutes(command.body.minutes), title: command.title })
    case 'correctLog':
      return t('log.corrected', { title: command.title })
    case 'withdrawLog':
      return t('log.removed', { title: command.title })
    case 'restoreLog':
      return t('log.restored', { title: command.title })
    case 'changeProfile':
    case 'changePreferences':
    case 'setCalendar':
      return t('settings.saved')
  }
}
