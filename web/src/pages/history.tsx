/** Everything that ever happened, newest first, with what each change changed. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { api } from '~/api/client'
import { atPosition, position } from '~/api/position'
import type { Happening } from '~/api/types'
import { useGoals, useToday } from '~/data/queries'
import { hasText, useText } from '~/i18n'
import { addDays } from '~/lib/dates'
import { formatInstant, formatNear } from '~/lib/format'
import { Button } from '~/ui/button'
import { Select, TextField } from '~/ui/field'
import { Icon } from '~/ui/icon'
import { Empty, Failed, Loading } from '~/ui/state'
import { Changes } from './parts/changes'
import { Heading } from './parts/heading'

const PAGE = 40
const TYPES = [
  'DailyLogCreated',
  'DailyLogCorrected',
  'DailyLogWithdrawn',
  'DailyLogRestored',
  'GoalCreated',
  'GoalRevised',
  'GoalCompleted',
  'GoalReopened',
  'GoalArchived',
  'GoalRestored',
  'WorkspaceCalendarSet',
  'UserProfileChanged',
  'UserPreferencesChanged',
  'UserRegistered',
] as const

interface Filter {
  goal?: string
  type?: string
  from?: string
  to?: string
}

/** The instant a local day begins for whoever looks. */
const startOf = (day: string) => new Date(`${day}T00:00:00`).toISOString()

function useHistory(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ['history', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        ...(filter.goal && { goal_id: filter.goal }),
        ...(filter.type && { type: filter.type }),
        ...(filter.from && { from: startOf(filter.from) }),
        ...(filter.to && { to: startOf(addDays(filter.to, 1)) }),
        ...(pageParam && { cursor: pageParam }),
      }
      return api.get('/v1/history', { query, headers: atPosition(position.now()), signal })
    },
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

export default function HistoryPage() {
  const t = useText()
  const filter = useSearch({ from: '/inside/history' })
  const today = useToday() ?? ''
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useHistory(filter)
  const { goals } = useGoals()
  const items = data?.pages.flatMap((page) => page.items)
  const days = [...new Set(items?.map((item) => item.local_day))]
  const titles = new Map(goals?.map((goal) => [goal.id, goal.title]))
  return (
    <>
      <Heading title={t('history.title')} />
      <p className="-mt-4 mb-5 text-muted md:-mt-6">{t('history.text')}</p>
      <Filters filter={filter} />
      {error && !items && <Failed error={error} retry={() => void refetch()} />}
      {!items && !error && <Loading lines={5} className="h-16" />}
      {items?.length === 0 && <Empty title={t('history.empty')} text={t('history.emptyText')} />}
      {days.map((day) => (
        <section key={day} aria-labelledby={`day-${day}`} className="mb-6">
          <h2 id={`day-${day}`} className="mb-1 font-semibold text-lg">
            <time dateTime={day}>
              {formatNear(day, today, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })}
            </time>
          </h2>
          <ol className="divide-y divide-line">
            {items
              ?.filter((item) => item.local_day === day)
              .map((item) => (
                <Line key={item.id} item={item} title={item.goal_id ? titles.get(item.goal_id) : undefined} />
              ))}
          </ol>
        </section>
      ))}
      {hasNextPage ? (
        <Button
          look="quiet"
          className="w-full"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {t('action.more')}
        </Button>
      ) : (
        items && items.length > 0 && <p className="text-center text-muted text-sm">{t('history.end')}</p>
      )}
    </>
  )
}

function Filters({ filter }: { filter: Filter }) {
  const t = useText()
  const id = useId()
  const { goals } = useGoals()
  const navigate = useNavigate({ from: '/history' })
  const count = Object.values(filter).filter(Boolean).length
  const [open, setOpen] = useState(count > 0)
  const set = (name: keyof Filter) => (event: { target: { value: string } }) =>
    void navigate({
      search: (before) => ({ ...before, [name]: event.target.value || undefined }),
      replace: true,
      resetScroll: false,
    })
  return (
    <div className="mb-6">
      <div className="flex items-center gap-2">
        <Button
          look="quiet"
          size="small"
          aria-expanded={open}
          aria-controls={id}
          onClick={() => setOpen(!open)}
        >
          <Icon name="filter" className="-ml-0.5 size-4" />
          {t('history.filters')}
          {count > 0 && (
            <span className="numbers rounded-full bg-accent px-1.5 text-accent-ink text-xs">{count}</span>
          )}
        </Button>
        {count > 0 && (
          <Button look="ghost" size="small" onClick={() => void navigate({ search: {}, replace: true })}>
            {t('history.clear')}
          </Button>
        )}
      </div>
      <div id={id} hidden={!open} className="mt-3">
        <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
          <Select
            label={t('history.goal')}
            value={filter.goal ?? ''}
            onChange={set('goal')}
            className="col-span-2 min-[26rem]:col-span-1"
          >
            <option value="">{t('history.allGoals')}</option>
            {goals?.map((goal) => (
              <option key={goal.id} value={goal.id}>
                {goal.title}
              </option>
            ))}
          </Select>
          <Select
            label={t('history.type')}
            value={filter.type ?? ''}
            onChange={set('type')}
            className="col-span-2 min-[26rem]:col-span-1"
          >
            <option value="">{t('history.allTypes')}</option>
            {TYPES.map((type) => (
              <option key={type} value={type}>
                {t(`event.${type}`)}
              </option>
            ))}
          </Select>
          <TextField
            type="date"
            label={t('history.from')}
            value={filter.from ?? ''}
            max={filter.to}
            onChange={set('from')}
          />
          <TextField
            type="date"
            label={t('history.to')}
            value={filter.to ?? ''}
            min={filter.from}
            onChange={set('to')}
          />
        </div>
      </div>
    </div>
  )
}

function Line({ item, title }: { item: Happening; title: string | undefined }) {
  const t = useText()
  const key = `event.${item.type}`
  return (
    <li className="flex gap-4 py-3">
      <time dateTime={item.recorded_at} className="numbers w-12 shrink-0 pt-px text-muted text-sm">
        {formatInstant(item.recorded_at, { timeStyle: 'short' })}
      </time>
      <div className="min-w-0 grow">
        <p className="break-words font-medium">
          {hasText(key) ? t(key) : item.type}
          {title && item.goal_id && (
            <>
              {' · '}
              <Link
                to="/goals/$id"
                params={{ id: item.goal_id }}
                className="text-accent-text hover:underline"
              >
                {title}
              </Link>
            </>
          )}
        </p>
        {item.undoes && <p className="text-muted text-sm">{t('history.undoes')}</p>}
        <Changes item={item} />
      </div>
    </li>
  )
}
