/** All goals: those being kept at, those reached, those put away. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { GoalListRow } from '~/api/types'
import { useEditing, useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatDay, formatMinutes } from '~/lib/format'
import type { Shown } from '~/outbox/show'
import { opened } from '~/shell/opened'
import { Button } from '~/ui/button'
import { Icon } from '~/ui/icon'
import { Segmented } from '~/ui/segmented'
import { cardLook, Empty, Failed, Loading, Pending } from '~/ui/state'
import { Bar } from './parts/bar'
import { Heading } from './parts/heading'

type Show = 'active' | 'completed' | 'archived'

const kindOf = (goal: GoalListRow): Show =>
  goal.archived_on ? 'archived' : goal.completed_on ? 'completed' : 'active'

const EMPTY = {
  active: ['goals.emptyActive', 'noGoals.activeText'],
  completed: ['noGoals.completed', 'noGoals.completedText'],
  archived: ['noGoals.archived', 'noGoals.archivedText'],
} as const

export default function GoalsPage() {
  const t = useText()
  const { show = 'active' } = useSearch({ from: '/inside/goals' })
  const navigate = useNavigate()
  const { goals, error, refetch } = useGoals()
  const shown = goals?.filter((goal) => kindOf(goal) === show)
  const count = (kind: Show) => goals?.filter((goal) => kindOf(goal) === kind).length
  const [title, text] = EMPTY[show]
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
              to: '/goals',
              search: { show: next === 'active' ? undefined : next },
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
      {error && !goals && <Failed error={error} retry={() => void refetch()} />}
      {!goals && !error && <Loading lines={3} className="h-24 !rounded-card" />}
      {shown?.length === 0 && (
        <Empty title={t(title)} text={t(text)}>
          {editing && show === 'active' && (
            <Button onClick={() => opened.set({ name: 'newGoal' })}>{t('goals.new')}</Button>
          )}
        </Empty>
      )}
      <ul className="flex flex-col gap-3">
        {shown?.map((goal) => (
          <Row key={goal.id} goal={goal} />
        ))}
      </ul>
    </>
  )
}

function Row({ goal }: { goal: GoalListRow & Shown }) {
  const t = useText()
  const { total_minutes: total, minutes } = goal
  return (
    <li>
      <Link
        to="/goals/$id"
        params={{ id: goal.id }}
        className={`${cardLook} flex items-center gap-4 px-5 py-4 transition-colors hover:border-line-strong`}
      >
        <div className="min-w-0 grow">
          <p dir="auto" className="break-words font-semibold text-[1.0625rem] leading-snug">
            {goal.title}
          </p>
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
        <Icon name="right" className="size-5 shrink-0 text-muted" />
      </Link>
    </li>
  )
}
