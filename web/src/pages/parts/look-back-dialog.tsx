/** Choosing a day of the past to look at, as it was known at its end. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useMe, useToday } from '~/data/use'
import { useText } from '~/i18n'
import { beginOf } from '~/lib/bounds'
import { addDays } from '~/lib/dates'
import { Button } from '~/ui/button'
import { Dialog } from '~/ui/dialog'
import { TextField } from '~/ui/field'

export function LookBackDialog({ onClose }: { onClose: () => void }) {
  const t = useText()
  const navigate = useNavigate()
  const today = useToday() ?? ''
  const { me } = useMe()
  const [day, setDay] = useState('')
  const first = me?.workspace.calendars[0]?.from
  const last = today && addDays(today, -1)
  const isTooEarly = Boolean(first && last && first > last)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!day || !me) return
    onClose()
    const end = beginOf(me.workspace, addDays(day, 1)).getTime() - 1
    void navigate({ to: '/', search: { past: new Date(end).toISOString() } })
  }
  return (
    <Dialog title={t('lookingBack.title')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-5">
        <p className="-mt-2 text-muted text-sm">
          {t('lookingBack.hint')}
          {isTooEarly && ` ${t('lookingBack.tooEarly')}`}
        </p>
        {!isTooEarly && (
          <TextField
            label={t('lookingBack.day')}
            type="date"
            required
            min={first}
            max={last}
            value={day}
            onChange={(event) => setDay(event.target.value)}
          />
        )}
        <Button type="submit" disabled={!day} className="self-end">
          {t('lookingBack.go')}
        </Button>
      </form>
    </Dialog>
  )
}
