/** Doing again what was taken back, by taking that back. Few do, so it is loaded with the first of them. */
import { t } from '~/i18n'
import { say } from '~/ui/toast'
import { holding, undo } from './act'
import { inverseOf } from './commands'
import { give } from './index'

/** Does again what was taken back: unless told which, what was last, if nothing was done since. */
export function redo(key?: string): void {
  const entry = holding().findLast(({ key: one, command }) =>
    key ? one === key : !(command.kind === 'undo' && command.again),
  )
  if (entry?.command.kind !== 'undo') return
  const { command, position } = entry
  const { id, what, of, effect } = command
  give({ kind: 'undo', again: true, id, what, of: entry.key, position, effect: effect && inverseOf(effect) })
  say(
    t('command.redone', { what }),
    of ? { action: { label: () => t('action.undo'), run: () => undo(of) } } : {},
  )
}
