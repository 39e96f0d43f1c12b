import type { GoalListRow } from '~/api/types'
import { useText } from '~/i18n'
import { act } from '~/outbox/act'
import { Button } from '~/ui/button'
import { moveOn } from '~/ui/focus'

/** Takes a goal out of the archive, and so out of the list. */
export default function Restore({ goal: { id, title } }: { goal: GoalListRow }) {
  const t = useText()
  return (
    <Button
      look="quiet"
      size="small"
      aria-label={`${t('goal.restore')}: ${title}`}
      onClick={({ currentTarget }) => {
        moveOn(currentTarget.closest('li') ?? currentTarget, 'ul')
        act({ kind: 'restoreGoal', id, title })
      }}
    >
      {t('goal.restore')}
    </Button>
  )
}
