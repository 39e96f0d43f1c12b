/** Choosing a day of the past to look at, as it was known at its end. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useMe, useToday } from '~/data/use'
import { useText } from '~/i18n'
import { addDays } from '~/lib/dates'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { TextField } from '~/ui/field'

/** The last instant of a local day for whoever looks. */
const endOf = (day: string) => new Date(Date.parse(`${addDays(day, 1)}T00:00:00`) - 1).toISOString()

export default function LookBackDialog({ onClose }: { onClose: () => void }) {
  const t = useText()
  const navigate = useNavigate()
  const today = useToday() ?? ''
  const { me } = useMe()
  const [day, setDay] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!day) return
    onClose()
    void navigate({ to: '/', search: { past: endOf(day) } })
  }
  return (
    <Dialog title={t('past.pick')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <p className="-mt-2 text-muted text-sm">{t('past.pickHint')}</p>
        <TextField
          label={t('past.day')}
          type="date"
          required
          min={me?.workspace.calendars[0]?.from}
          max={today && addDays(today, -1)}
          value={day}
          onChange={(event) => setDay(event.target.value)}
        />
        <Button type="submit" disabled={!day} className="self-end">
          {t('past.go')}
        </Button>
      </form>
    </Dialog>
  )
}
