/** Says where the device is, where that is not where days are counted: they would go on there unseen. */
import { type MouseEvent, useState } from 'react'
import { useMe } from '~/data/use'
import { useText } from '~/i18n'
import { recall, remember } from '~/lib/remember'
import { act } from '~/outbox/act'
import { Button } from '~/ui/button'
import { moveOn } from '~/ui/focus'
import { chosenIn, isElsewhere, zoneHere, zoneName } from '../parts/zones'

/** The line, for who may change the calendar. It is said once of a zone. */
export default function ZoneNotice() {
  const t = useText()
  const { me } = useMe()
  const here = zoneHere()
  const [answered, setAnswered] = useState(() => recall<string>('zone'))
  if (me?.workspace.role !== 'owner') return null
  const chosen = chosenIn(me.workspace)
  if (answered === here || !isElsewhere(chosen.zone)) return null
  const answer = ({ currentTarget }: MouseEvent) => {
    moveOn(currentTarget.closest('[role=note]') ?? currentTarget, 'main')
    setAnswered(here)
  }
  return (
    <div
      role="note"
      className="-mt-2 mb-6 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl bg-accent-soft py-2 pr-2 pl-4 text-sm"
    >
      <p className="min-w-0 grow basis-56 py-1">
        {t('calendar.away', { zone: zoneName(chosen.zone), here: zoneName(here) })}
      </p>
      <div className="ml-auto flex gap-1">
        <Button
          look="ghost"
          size="small"
          onClick={(event) => {
            answer(event)
            remember('zone', here)
          }}
        >
          {t('calendar.later')}
        </Button>
        <Button
          size="small"
          onClick={(event) => {
            answer(event)
            act({ kind: 'setCalendar', body: { ...chosen, zone: here }, was: chosen })
          }}
        >
          {t('calendar.use')}
        </Button>
      </div>
    </div>
  )
}
