/** The fields of the filters. */
import { useNavigate } from '@tanstack/react-router'
import { EVENTS } from '~/data/events'
import { useGoals } from '~/data/use'
import { useText } from '~/i18n'
import { Select, TextField } from '~/ui/field'
import type { Filter } from './history-filters'

export default function Fields({ filter }: { filter: Filter }) {
  const t = useText()
  const { goals } = useGoals()
  const navigate = useNavigate({ from: '/history' })
  const set = (name: keyof Filter) => (event: { target: { value: string } }) =>
    void navigate({
      search: (before) => ({ ...before, [name]: event.target.value || undefined }),
      replace: true,
      resetScroll: false,
    })
  return (
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
        {EVENTS.map((type) => (
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
  )
}
