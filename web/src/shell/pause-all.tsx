/** Pausing all that is kept at, for the same days: a command for each goal, and one word about them that takes back all. */
import type { PauseGoal } from '~/api/types'
import { useGoals, useToday } from '~/data/use'
import { useText } from '~/i18n'
import { give } from '~/outbox'
import { undo } from '~/outbox/act'
import { Dialog } from '~/ui/dialog'
import { say } from '~/ui/toast'
import { PauseForm } from './plan-dialog'

/** The dialog. */
export function PauseAll({ onClose }: { onClose: () => void }) {
  const t = useText()
  const { goals } = useGoals()
  const today = useToday()
  if (!goals || !today) return null
  const pause = (body: PauseGoal) => {
    const kept = goals.filter((goal) => !goal.completed_on && !goal.archived_on)
    const given = kept.map(({ id, title }) => give({ kind: 'pauseGoal', id, title, body }))
    const undoAll = () => {
      for (const { key } of given.toReversed()) undo(key)
      // In the place of what was said of each.
      say(() => t('undo.done', { what: t('pauseAll.title') }))
    }
    const action = { label: () => t('action.undo'), run: undoAll }
    say(() => t('pauseAll.done', { count: given.length }), { action })
  }
  return (
    <Dialog title={t('pauseAll.title')} onClose={onClose}>
      <PauseForm today={today} onPause={pause} onClose={onClose} />
    </Dialog>
  )
}
