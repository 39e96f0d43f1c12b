/** The fields of the filters. */
import { useNavigate } from '@tanstack/react-router'
import { EVENTS } from '~/data/events'
import { useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { DAYS } from '~/lib/day-range'
import { DayField } from '~/ui/day-field'
import { Select } from '~/ui/field'
import type { Filter } from './history-filters'
import { useTypedDay } from './typed-day'

export default function Fields({ filter }: { filter: Filter }) {
  const t = useText()
  const { goals } = useGoals()
  const navigate = useNavigate({ from: '/history' })
  const set = (name: keyof Filter, value: string) =>
    void navigate({
      search: (before) => ({ ...before, [name]: value || undefined }),
      replace: true,
      resetScroll: false,
    })
  return (
    <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
      <Select
        label={t('history.goal')}
        value={filter.goal ?? ''}
        onChange={(event) => set('goal', event.target.value)}
        className="col-span-2 min-[26rem]:col-span-1"
      >
        <option value="">{t('history.allGoals')}</option>
        {goals?.map((goal) => (
          <option dir="auto" key={goal.id} value={goal.id}>
            {goal.title}
          </option>
        ))}
      </Select>
      <Select
        label={t('history.type')}
        value={filter.type ?? ''}
        onChange={(event) => set('type', event.target.value)}
        className="col-span-2 min-[26rem]:col-span-1"
      >
        <option value="">{t('history.allTypes')}</option>
        {EVENTS.map((type) => (
          <option key={type} value={type}>
            {t(`event.${type}`)}
          </option>
        ))}
      </Select>
      <Day
        label={t('history.from')}
        value={filter.from}
        max={filter.to}
        onChange={(day) => set('from', day)}
      />
      <Day label={t('history.to')} value={filter.to} min={filter.from} onChange={(day) => set('to', day)} />
    </div>
  )
}

/** A day that is told when it is whole. */
function Day({
  value = '',
  onChange,
  ...field
}: {
  label: string
  value: string | undefined
  min?: string | undefined
  max?: string | undefined
  onChange: (day: string) => void
}) {
  const typing = useTypedDay(value, (typed) => typed === '' || typed >= DAYS.least, onChange)
  return <DayField {...field} {...typing} />
}
