/** A log as a form: to correct it where it stands. */
import { type FormEvent, useState } from 'react'
import { useToday } from '~/data/use'
import { useText } from '~/i18n'
import { formatDay, formatMinutes } from '~/lib/format'
import { Button } from '~/ui/button'
import { DayField } from '~/ui/day-field'
import { TextArea, TextField, useFocusWrong } from '~/ui/field'
import { ownEscape } from '~/ui/own-escape'
import { enterSends } from './enter'
import { logMinutes } from './log-minutes'

interface Fields {
  day: string
  minutes: number
  text: string | null
}

/** The form. `onSave` gets the fields that are not as they were. */
export default function LogForm({
  initial,
  typed = initial,
  onSave,
  onCancel,
  onRemove,
}: {
  initial: Fields
  /** What stands in the form to begin with, where that is not how things are: these are told beside it. */
  typed?: Fields
  onSave: (changed: Partial<Fields>) => void
  onCancel: () => void
  onRemove?: () => void
}) {
  const t = useText()
  const today = useToday()
  const [minutes, setMinutes] = useState(String(typed.minutes))
  const [text, setText] = useState(typed.text ?? '')
  const [day, setDay] = useState(typed.day)
  const [tried, setTried] = useState(0)
  const form = useFocusWrong(tried)
  const parsed = logMinutes(minutes)
  const most = today && today > initial.day ? today : initial.day
  const wrongDay = !day ? t('log.pickDay') : day > most ? t('problem.day-not-begun') : undefined
  const now = (name: keyof Fields, value: string | null) =>
    typed[name] !== initial[name] ? t('goal.theirs', { value: value || t('goal.none') }) : undefined
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const isValid = event.currentTarget.checkValidity()
    setTried(tried + 1)
    if (parsed === undefined || wrongDay || !isValid) return
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
      {...ownEscape(onCancel)}
      ref={form}
      onSubmit={submit}
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
          hint={now('minutes', formatMinutes(initial.minutes))}
          autoComplete="off"
          autoFocus
        />
        <DayField
          label={t('log.day')}
          value={day}
          max={most}
          onChange={(event) => setDay(event.target.value)}
          error={tried ? wrongDay : undefined}
          hint={now('day', formatDay(initial.day, { dateStyle: 'medium' }))}
        />
      </div>
      <TextArea
        label={t('today.note')}
        optional
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={enterSends}
        hint={now('text', initial.text)}
        maxLength={4000}
        rows={1}
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
