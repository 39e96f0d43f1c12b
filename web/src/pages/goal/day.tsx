import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Goal } from '~/api/types'
import { useLogs } from '~/data/use'
import { useText } from '~/i18n'
import { formatNear } from '~/lib/format'
import { IconButton } from '~/ui/button'
import { Failed, Skeleton } from '~/ui/state'
import { Composer } from '../parts/composer'
import { LogRow } from '../parts/log-row'
import { Panel } from '../parts/panel'

/** The day chosen in the year: its logs, and a place to fill in what is missing. */
export function DayPanel({
  goal,
  day,
  today,
  locked,
}: {
  goal: Goal
  day: string
  today: string
  locked: boolean
}) {
  const t = useText()
  const navigate = useNavigate({ from: '/goals/$id' })
  const range = useMemo(() => ({ goal: goal.id, from: day, to: day }), [goal.id, day])
  const { logs, error, refetch } = useLogs(range)
  const close = () => {
    // Back to where it was chosen; a day without logs has no such place in the year as a table.
    const cell = document.querySelector<SVGElement>(`[data-day="${day}"]`)
    ;(cell ?? document.getElementById('main'))?.focus({ preventScroll: true })
    void navigate({ search: (before) => ({ ...before, day: undefined }), resetScroll: false, replace: true })
  }
  return (
    <Panel
      title={formatNear(day, today)}
      actions={<IconButton icon="close" label={t('action.close')} onClick={close} />}
    >
      {error && !logs && <Failed error={error} retry={() => void refetch()} />}
      {!logs && !error && <Skeleton className="h-14" />}
      {logs?.length === 0 && <p className="mb-4 text-muted">{t('today.nothingThen')}</p>}
      <ul className="mb-3 divide-y divide-line">
        {logs?.map((log) => (
          <LogRow key={log.id} log={log} title={goal.title} locked={locked} />
        ))}
      </ul>
      {!locked && <Composer goal={goal} day={day} recent={[]} />}
    </Panel>
  )
}
