/** Giving commands as a person does: at once, with a word about it, and a way back. */
import { t } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'
import { opened } from '~/shell/opened'
import { say, unsay } from '~/ui/toast'
import { type Command, inverseOf, subjectOf } from './commands'
import { type Entry, entries, give, isHere, onAnswered } from './index'

/** Gives a command and offers to take it back. */
export function act(command: Command): Entry {
  const entry = give(command)
  // What it changes may be the language that it is told in.
  const action = { label: () => t('action.undo'), run: () => undo(entry.key) }
  say(() => done(command), { action })
  return entry
}

/** Takes back what a command did: unless told which, the last of this browser that changed anything and still holds. */
export function undo(key?: string): void {
  const entry = holding().findLast((one) => one.command.kind !== 'undo' && (!key || one.key === key))
  if (!entry) {
    say(t('undo.nothing'))
    return
  }
  const { command, position } = entry
  const what = nameOf(command)
  const effect = inverseOf(command)
  const undoing = give({ kind: 'undo', id: subjectOf(command), what, of: entry.key, position, effect })
  sayUndone(undoing, () => nameOf(command))
}

/** Takes back an event of history. What comes of it is seen when the server has answered. */
export function takeBack(id: string, position: string, what: string): void {
  sayUndone(give({ kind: 'undo', id, what, position }), () => what)
}

function sayUndone({ key }: Entry, what: () => string): void {
  const action = {
    label: () => t('action.redo'),
    run: () => void import('./redo').then(({ redo }) => redo(key)),
  }
  say(() => t('undo.done', { what: what() }), { action })
}

/** What was given here, changed anything and holds. What takes back and was itself taken back takes back nothing. */
export function holding(): Entry[] {
  const known = entries.get().filter(isHere)
  const undone: (string | undefined)[] = []
  // In history, it is known by its position alone.
  const isUndone = (one: Entry) => undone.includes(one.key) || (one.position && undone.includes(one.position))
  for (const one of known.toReversed())
    if (one.command.kind === 'undo' && !isUndone(one)) undone.push(one.command.of, one.command.position)
  return known.filter((one) => (one.state === 'waiting' || one.changed) && !isUndone(one))
}

/** Says it when a command was refused, and what it did drops out of sight; until the outbox is looked at. */
export function sayRefusals(): void {
  let said = 0
  onAnswered((entry) => {
    if (entry.state !== 'refused') return
    unsay(said)
    const action = { label: t('outbox.review'), run: () => opened.set({ name: 'outbox' }) }
    said = say(t('outbox.toast', { what: nameOf(entry.command) }), { tone: 'bad', action })
  })
  opened.subscribe(() => opened.get()?.name === 'outbox' && unsay(said))
}

/** What a command asks, in a line. */
export function nameOf(command: Command): string {
  if (command.kind === 'createGoal') return t('command.createGoal', { title: command.body.title })
  if (command.kind === 'logDay') {
    const { minutes, day } = command.body
    const told = { minutes: formatMinutes(minutes), day: formatDay(day, { dateStyle: 'medium' }) }
    return t('command.logDay', { ...told, title: command.title })
  }
  if (command.kind === 'undo')
    return t(command.again ? 'command.redo' : 'command.undo', { what: command.what })
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
    case 'setSchedule':
      return t('plan.scheduleSet', { title: command.title })
    case 'setTarget':
      return t('plan.targetSet', { title: command.title })
    case 'withdrawTarget':
      return t('plan.targetWithdrawn', { title: command.title })
    case 'pauseGoal':
      return t('plan.paused', { title: command.title })
    case 'resumeGoal':
      return t('plan.resumed', { title: command.title })
    case 'undo':
      return t('undo.done', { what: command.what })
    case 'changeProfile':
    case 'changePreferences':
    case 'setCalendar':
      return t('settings.saved')
  }
}
