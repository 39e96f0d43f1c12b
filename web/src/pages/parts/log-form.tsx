/** A log as a form: to correct it where it stands. */
import { type FormEvent, useState } from 'react'
import { useToday } from '~/data/use'
import { useText } from '~/i18n'
import { Button } from '~/ui/button'
import { TextField } from '~/ui/field'
import { logMinutes } from './log-minutes'

interface Fields {
  day: string
  minutes: number
  text: string | null
}

/** The form. `onSave` gets the fields that were changed. */
export default function LogForm({
  initial,
  onSave,
  onCancel,
  onRemove,
}: {
  initial: Fields
  onSave: (changed: Partial<Fields>) => void
  onCancel: () => void
  onRemove?: () => void
}) {
  const t = useText()
  const today = useToday()
  const [minutes, setMinutes] = useState(String(initial.minutes))
  const [text, setText] = useState(initial.text ?? '')
  const [day, setDay] = useState(initial.day)
  const [tried, setTried] = useState(false)
  const parsed = logMinutes(minutes)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (parsed === undefined || !day) return
    const fields: Fields = { day, minutes: parsed, text: text.trim() || null }
    const names = Object.keys(fields) as (keyof Fields)[]
    onSave(
      Object.fromEntries(
        names.filter((name) => fields[name] !== initial[name]).map((name) => [name, fields[name]]),
      ),
    )
  }
  return (
    <form
      data-own-escape
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        // Only the form closes, not what it stands in.
        event.preventDefault()
        event.stopPropagation()
        onCancel()
      }}
      className="flex flex-col gap-3 py-1"
      noValidate
    >
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={t('today.minutes')}
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
          onFocus={(event) => event.target.select()}
          error={tried && parsed === undefined ? t('log.invalidMinutes') : undefined}
          autoComplete="off"
          autoFocus
        />
        <TextField
          label={t('log.day')}
          type="date"
          value={day}
          max={today && today > initial.day ? today : initial.day}
          onChange={(event) => setDay(event.target.value)}
        />
      </div>
      <TextField
        label={t('today.note')}
        optional
        value={text}
        onChange={(event) => setText(event.target.value)}
        maxLength={4000}
        autoComplete="off"
      />
      <div className="flex items-center gap-2">
        {onRemove && (
          <Button look="danger" size="small" onClick={onRemove}>
            {t('action.remove')}
          </Button>
        )}
        <span className="grow" />
        <Button look="ghost" size="small" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" size="small">
          {t('action.save')}
        </Button>
      </div>
    </form>
  )
}
