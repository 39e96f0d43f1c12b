/** When days and weeks begin, and where. */
import { type FormEvent, useState } from 'react'
import type { Me } from '~/api/types'
import { useText } from '~/i18n'
import { formatDay } from '~/lib/format'
import { WEEKDAYS } from '~/lib/plan'
import { act } from '~/outbox/act'
import { Button } from '~/ui/button'
import { Select } from '~/ui/field'
import { clock } from '../parts/changes'
import { Panel } from '../parts/panel'
import { weekdayName } from '../parts/told'
import { ZoneSelect } from '../parts/zone'
import { chosenIn, zoneHere, zoneName } from '../parts/zones'

/** The form. */
export function Calendar({ me }: { me: Me }) {
  const t = useText()
  const { upcoming } = me.workspace
  const chosen = chosenIn(me.workspace)
  /** What is chosen anew, until it is so. */
  const [changed, setChanged] = useState<Partial<typeof chosen>>()
  const draft = { ...chosen, ...changed }
  const change = (next: Partial<typeof chosen>) => setChanged({ ...changed, ...next })
  const here = zoneHere()
  const isSame = JSON.stringify(draft) === JSON.stringify(chosen)
  if (changed && isSame) setChanged(undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isSame) act({ kind: 'setCalendar', body: draft, was: chosen })
  }
  return (
    <Panel title={t('calendar.title')}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <p className="text-muted text-sm">{t('calendar.hint')}</p>
        {here !== draft.zone && (
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            {t('calendar.zoneHere', { here: zoneName(here) })}
            <Button look="quiet" size="small" onClick={() => change({ zone: here })}>
              {t('calendar.zoneTake')}
            </Button>
          </p>
        )}
        {upcoming && (
          <p className="rounded-2xl bg-accent-soft px-4 py-3 text-sm">
            {t('calendar.upcoming', {
              date: formatDay(upcoming.from),
              zone: zoneName(upcoming.calendar.zone),
              weekStart: weekdayName(WEEKDAYS.indexOf(upcoming.calendar.week_start), 'long'),
              dayStart: clock(upcoming.calendar.day_start_minute),
            })}
          </p>
        )}
        <ZoneSelect value={draft.zone} onChange={(zone) => change({ zone })} />
        <div className="grid gap-4 min-[26rem]:grid-cols-2">
          <Select
            label={t('calendar.weekStart')}
            value={draft.week_start}
            onChange={(event) => change({ week_start: event.target.value as typeof draft.week_start })}
          >
            {WEEKDAYS.map((day, at) => (
              <option key={day} value={day}>
                {weekdayName(at, 'long')}
              </option>
            ))}
          </Select>
          <Select
            label={t('calendar.dayStart')}
            hint={t('calendar.dayStartHint')}
            value={draft.day_start_minute}
            onChange={(event) => change({ day_start_minute: Number(event.target.value) })}
          >
            {[...new Set([0, 60, 120, 180, 240, 300, 360, draft.day_start_minute])]
              .sort((one, next) => one - next)
              .map((minute) => (
                <option key={minute} value={minute}>
                  {clock(minute)}
                </option>
              ))}
          </Select>
        </div>
        <Button type="submit" look="quiet" size="small" className="self-start" aria-disabled={isSame}>
          {t('action.save')}
        </Button>
      </form>
    </Panel>
  )
}
