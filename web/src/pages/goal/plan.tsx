/** What a goal expects: its schedule, its weekly target and its pauses, each to be changed from today on. */
import type { ReactNode } from 'react'
import type { Goal } from '~/api/types'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { weekOf } from '~/lib/dates'
import { formatDay } from '~/lib/format'
import { scheduleOn, targetIn } from '~/lib/plan'
import { act } from '~/outbox/act'
import { opened } from '~/shell/opened'
import { IconButton } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { Panel } from '../parts/panel'
import { tellAmount, tellRange, tellSchedule } from '../parts/told'

const MEDIUM = { dateStyle: 'medium' } as const

/** The panel. */
export function Plan({ goal, today, locked }: { goal: Goal; today: string; locked: boolean }) {
  const t = useText()
  const { me } = useMe()
  const { id } = goal
  const target = targetIn(goal.weekly_targets, weekOf(today, me?.workspace.calendars).first)
  const open = (name: 'schedule' | 'target' | 'pause') => () => opened.set({ name, id })
  return (
    <Panel title={t('plan.title')}>
      <dl className="flex flex-col divide-y divide-line">
        <Line
          name={t('plan.schedule')}
          change={locked ? undefined : { label: t('plan.editSchedule'), run: open('schedule') }}
        >
          <p className="font-medium">{tellSchedule(scheduleOn(goal.schedules, today))}</p>
          <Earlier
            lines={goal.schedules?.map(({ from, schedule }) => ({ from, text: tellSchedule(schedule) }))}
          />
        </Line>
        <Line
          name={t('plan.target')}
          change={locked ? undefined : { label: t('plan.editTarget'), run: open('target') }}
        >
          <p className="font-medium">
            {target
              ? t('plan.perWeekTime', { value: tellAmount(target.metric, target.value) })
              : t('told.noTarget')}
          </p>
          <Earlier
            lines={goal.weekly_targets?.map(({ from_week, target: then }) => ({
              from: from_week,
              text: then ? tellAmount(then.metric, then.value) : t('told.noTarget'),
            }))}
          />
        </Line>
        <Line
          name={t('plan.pauses')}
          change={locked ? undefined : { label: t('plan.addPause'), run: open('pause') }}
          adds
        >
          {goal.pauses?.length ? (
            <ul className="-my-2.5">
              {goal.pauses.map((range) => (
                <li key={range.first} className="flex min-h-11 items-center gap-1 py-1">
                  <span className="font-medium">{tellRange(range)}</span>
                  {!locked && (
                    <IconButton
                      icon="close"
                      className="-my-1"
                      label={t('plan.endPause', { range: tellRange(range) })}
                      onClick={(event) => {
                        moveOn(event.currentTarget, 'dd')
                        act({ kind: 'resumeGoal', id, title: goal.title, body: range })
                      }}
                    />
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <p className="text-muted">{t('plan.noPauses')}</p>
          )}
        </Line>
      </dl>
    </Panel>
  )
}

function Line({
  name,
  change,
  adds,
  children,
}: {
  name: string
  change: { label: string; run: () => void } | undefined
  adds?: boolean
  children: ReactNode
}) {
  return (
    <div className="flex items-start gap-4 py-3 first:pt-0 last:pb-0">
      <dt className="w-24 shrink-0 py-2.5 text-muted text-sm leading-6 md:w-32">{name}</dt>
      <dd className="flex min-w-0 grow items-start gap-4">
        <div className="min-w-0 grow py-2.5">{children}</div>
        {change && (
          <IconButton
            icon={adds ? 'plus' : 'edit'}
            label={change.label}
            onClick={change.run}
            className="-mr-2.5"
          />
        )}
      </dd>
    </div>
  )
}

/** What held before: dated facts are never overwritten. */
function Earlier({ lines = [] }: { lines?: { from: string; text: string }[] | undefined }) {
  const t = useText()
  if (lines.length < 2) return null
  return (
    <details className="text-muted text-sm">
      <summary className="min-h-6 py-1">{t('plan.earlier')}</summary>
      <ul>
        {[...lines].reverse().map(({ from, text }) => (
          <li key={from}>
            {t('plan.from', { date: formatDay(from, MEDIUM) })}: {text}
          </li>
        ))}
      </ul>
    </details>
  )
}
