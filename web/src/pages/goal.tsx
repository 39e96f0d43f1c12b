/** A goal: how far it is, how it went by day and by week, what it expects, and every log of it. */
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { ProblemError } from '~/api/problem'
import type { Goal } from '~/api/types'
import { useEditing, useGoal, useToday } from '~/data/use'
import { allTexts, useText } from '~/i18n'
import { formatDay } from '~/lib/format'
import { pauseOn } from '~/lib/plan'
import { act } from '~/outbox/act'
import { opened } from '~/shell/opened'
import { Button, buttonLook, IconButton } from '~/ui/button'
import { useFocusAfter } from '~/ui/focus'
import { Icon } from '~/ui/icon'
import { lazily } from '~/ui/lazily'
import { Empty, Failed, Loading, Skeleton } from '~/ui/state'
import { Description } from './goal/description'
import { ThisWeek } from './goal/this-week'
import { Heading } from './parts/heading'

/** Menus bring much of their own, and nobody opens one at first sight. */
const Menu = lazily(() => import('~/ui/menu'))
/** What lies below the first screen. */
const Below = lazily(() => allTexts().then(() => import('./goal/below')))
const StreakPanel = lazily(() => allTexts().then(() => import('./goal/streak')))
const Progress = lazily(() => allTexts().then(() => import('./goal/progress')))
const Elsewhere = lazily(() => allTexts().then(() => import('./goal/elsewhere')))
const LogHere = lazily(() => import('./goal/log-here'))

export default function GoalPage() {
  const t = useText()
  const { id } = useParams({ from: '/inside/goals/$id' })
  const { goal, error, refetch } = useGoal(id)
  const today = useToday()
  if (goal && today) return <GoalShown key={id} goal={goal} today={today} />
  if (error instanceof ProblemError && [404, 422, 400].includes(error.problem.status)) {
    return (
      <>
        <Empty title={t('goal.notFound')} text={t('goal.notFoundText')}>
          <Link to="/goals" className={buttonLook()}>
            {t('nav.goals')}
          </Link>
        </Empty>
        <Suspense>
          <Elsewhere id={id} />
        </Suspense>
      </>
    )
  }
  if (error) return <Failed error={error} retry={() => void refetch()} />
  return <Loading lines={4} className="h-36 !rounded-card" />
}

function GoalShown({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const [logging, setLogging] = useState(false)
  const log = useFocusAfter(logging)
  const { day } = useSearch({ from: '/inside/goals/$id' })
  const editing = useEditing()
  const locked = Boolean(goal.archived_on) || !editing
  return (
    <>
      {/* Here they leave the title the whole width: it is as long as people make it. */}
      <div className="mb-1 flex min-h-11 items-center justify-between gap-3">
        <Link
          to="/goals"
          className="-ml-1.5 inline-flex min-h-11 items-center gap-1 pr-3 text-muted text-sm hover:text-ink"
        >
          <Icon name="left" className="size-4" />
          {t('nav.goals')}
        </Link>
        {editing && (
          <div className="-mr-2.5 flex items-center gap-1">
            <Actions goal={goal} />
          </div>
        )}
      </div>
      <Heading title={goal.title} />
      <div className="-mt-3 mb-6 flex flex-col items-start gap-3 md:-mt-5">
        <Badges goal={goal} today={today} />
        {goal.archived_on && editing && <p className="text-muted text-sm">{t('goal.archivedHint')}</p>}
        {!locked && !logging && (
          <Button ref={log} onClick={() => setLogging(true)}>
            <Icon name="plus" className="-ml-1 size-5" />
            {t('action.log')}
          </Button>
        )}
        {logging && !locked && (
          <div className="rise w-full">
            <Suspense>
              <LogHere goal={goal} day={today} onDone={() => setLogging(false)} />
            </Suspense>
          </div>
        )}
        {goal.description && <Description text={goal.description} />}
      </div>
      {/* How a streak came to be takes the whole width. */}
      <div className="grid gap-4 md:not-has-[[aria-expanded=true]]:grid-cols-2">
        <ThisWeek goal={goal} locked={locked} />
        <Suspense fallback={<Skeleton className="h-50 !rounded-card" />}>
          <StreakPanel goal={goal} locked={locked} />
        </Suspense>
        <div className="col-span-full">
          <Suspense fallback={<Skeleton className="h-52 !rounded-card" />}>
            <Progress goal={goal} today={today} locked={locked} />
          </Suspense>
        </div>
      </div>
      <Suspense fallback={<Skeleton className="mt-4 h-64 !rounded-card" />}>
        <Below goal={goal} today={today} day={day} locked={locked} />
      </Suspense>
    </>
  )
}

function Badges({ goal, today }: { goal: Goal; today: string }) {
  const t = useText()
  const { archived_on, completed_on } = goal
  if (archived_on) return <Badge text={t('goal.archivedOn', { date: formatDay(archived_on) })} />
  if (completed_on) return <Badge done text={t('goal.completedOn', { date: formatDay(completed_on) })} />
  return pauseOn(goal.pauses, today) ? <Badge text={t('plan.pausedNow')} /> : null
}

function Badge({ text, done }: { text: string; done?: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 rounded-full px-3 py-1 font-medium text-sm ${done ? 'bg-accent-soft text-accent-text' : 'bg-sunken text-muted'}`}
    >
      {done && <Icon name="check" className="size-4" />}
      {text}
    </span>
  )
}

function Actions({ goal }: { goal: Goal }) {
  const t = useText()
  const today = useToday() ?? ''
  const { id, title, archived_on: away } = goal
  // What was pressed gives way to what stands for the other.
  const restore = useFocusAfter(!away)
  const edit = useFocusAfter(Boolean(away))
  if (away) {
    return (
      <Button
        ref={restore}
        look="quiet"
        size="small"
        className="mr-2.5"
        onClick={() => act({ kind: 'restoreGoal', id, title })}
      >
        {t('goal.restore')}
      </Button>
    )
  }
  const paused = pauseOn(goal.pauses, today)
  return (
    <>
      <IconButton
        ref={edit}
        icon="edit"
        label={t('goal.editTitle')}
        onClick={() => opened.set({ name: 'editGoal', id })}
      />
      <Suspense fallback={<span className="size-11" />}>
        <Menu
          label={t('goal.menu')}
          items={[
            goal.completed_on
              ? { icon: 'undo', text: t('goal.reopen'), run: () => act({ kind: 'reopenGoal', id, title }) }
              : {
                  icon: 'check',
                  text: t('goal.complete'),
                  run: () => act({ kind: 'completeGoal', id, title }),
                },
            paused
              ? {
                  icon: 'play',
                  text: t('plan.resume'),
                  run: () =>
                    act({ kind: 'resumeGoal', id, title, body: { first: today, last: paused.last } }),
                }
              : { icon: 'pause', text: t('plan.pause'), run: () => opened.set({ name: 'pause', id }) },
            { icon: 'download', text: t('goal.archive'), run: () => act({ kind: 'archiveGoal', id, title }) },
          ]}
        />
      </Suspense>
    </>
  )
}
