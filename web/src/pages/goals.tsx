/** All goals: those being kept at, those reached, those put away. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense } from 'react'
import type { GoalListRow } from '~/api/types'
import { useEditing, useGoals } from '~/data/use'
import { allTexts, textsOf, useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatDay, formatMinutes } from '~/lib/format'
import type { Shown } from '~/outbox/show'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { lazily, quietly } from '~/ui/lazily'
import { Segmented } from '~/ui/segmented'
import { cardLook, Empty, Failed, Loading, Pending, Skeleton } from '~/ui/state'
import { isFound } from './goals/found'
import { Bar } from './parts/bar'
import { Heading } from './parts/heading'

const Find = lazily(() => import('./goals/find'))
const Restore = quietly(() => textsOf('goal').then(() => import('./goals/restore')))
const PauseAll = quietly(() => allTexts().then(() => import('./goals/pause-all')))
/** From so many goals on, one is looked for. */
const MANY = 12

type Show = 'active' | 'completed' | 'archived'

const kindOf = (goal: GoalListRow): Show =>
  goal.archived_on ? 'archived' : goal.completed_on ? 'completed' : 'active'

const EMPTY = {
  active: ['goals.emptyActive', 'noGoals.activeText'],
  completed: ['noGoals.completed', 'noGoals.completedText'],
  archived: ['noGoals.archived', 'noGoals.archivedText'],
} as const
const NOT_FOUND = ['findGoal.none', 'findGoal.noneText'] as const

export default function GoalsPage() {
  const t = useText()
  const { show = 'active', find = '' } = useSearch({ from: '/inside/goals' })
  const navigate = useNavigate({ from: '/goals' })
  const { goals, error, refetch } = useGoals()
  const found = goals?.filter((goal) => isFound(goal.title, find))
  const shown = found?.filter((goal) => kindOf(goal) === show)
  const count = (kind: Show) => found?.filter((goal) => kindOf(goal) === kind).length
  const [title, text] = find ? NOT_FOUND : EMPTY[show]
  const editing = useEditing()
  return (
    <>
      <Heading title={t('goals.title')}>
        {editing && (
          <Button onClick={() => opened.set({ name: 'newGoal' })}>
            <Icon name="plus" className="-ml-1 size-5" />
            {t('goals.new')}
          </Button>
        )}
      </Heading>
      <div className="mb-6">
        <Segmented<Show>
          label={t('goals.show')}
          hideLabel
          value={show}
          onChange={(next) =>
            void navigate({
              search: (before) => ({ ...before, show: next === 'active' ? undefined : next }),
              replace: true,
            })
          }
          options={(['active', 'completed', 'archived'] as const).map((value) => ({
            value,
            label: t(`goals.${value}`),
            count: count(value),
          }))}
        />
      </div>
      {(find || (goals && goals.length >= MANY)) && (
        <div className="mb-6">
          <Suspense fallback={<Skeleton className="h-11" />}>
            <Find find={find} />
          </Suspense>
        </div>
      )}
      {error && !goals && <Failed error={error} retry={() => void refetch()} />}
      {!goals && !error && <Loading lines={3} className="h-24 !rounded-card" />}
      {shown?.length === 0 && (
        <Empty title={t(title)} text={t(text)}>
          {editing && show === 'active' && !find && (
            <Button onClick={() => opened.set({ name: 'newGoal' })}>{t('goals.new')}</Button>
          )}
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {shown?.map((goal) => (
          <Row key={goal.id} goal={goal} restorable={editing && show === 'archived'} />
        ))}
      </ul>
      {editing && show === 'active' && !find && shown && shown.length > 1 && (
        <Suspense>
          <PauseAll />
        </Suspense>
      )}
    </>
  )
}

function Row({ goal, restorable }: { goal: GoalListRow & Shown; restorable: boolean }) {
  const t = useText()
  const { total_minutes: total, minutes } = goal
  return (
    <li
      className={`${cardLook} relative flex items-center gap-4 px-5 py-4 transition-colors hover:border-line-strong`}
    >
      <div className="min-w-0 grow">
        {/* All of the card leads to the goal, but for what is pressed on it. */}
        <Link
          dir="auto"
          to="/goals/$id"
          params={{ id: goal.id }}
          className="block break-words font-semibold text-[1.0625rem] leading-snug after:absolute after:inset-0"
        >
          {goal.title}
        </Link>
        {total && (
          <div className="mt-3">
            <Bar done={minutes} total={total} label={goal.title} />
          </div>
        )}
        <p className={cx('numbers flex flex-wrap gap-x-4 text-muted text-sm', total ? 'mt-2' : 'mt-0.5')}>
          <span>
            {total
              ? t('goals.of', { done: formatMinutes(minutes), total: formatMinutes(total) })
              : formatMinutes(minutes)}
          </span>
          <span className="hidden sm:inline">{t('goals.logs', { count: goal.logs })}</span>
          {goal.target_date && (
            <span className="ml-auto">
              {t('goals.by', { date: formatDay(goal.target_date, { dateStyle: 'medium' }) })}
            </span>
          )}
        </p>
      </div>
      {goal.pending && <Pending />}
      {restorable ? (
        <div className="relative">
          <Suspense>
            <Restore goal={goal} />
          </Suspense>
        </div>
      ) : (
        <Icon name="right" className="size-5 shrink-0 text-muted" />
      )}
    </li>
  )
}
