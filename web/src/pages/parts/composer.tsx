/** Logging: one tap on a number of minutes, or minutes and a note by keyboard. */
import { type FormEvent, useState } from 'react'
import { useText } from '~/i18n'
import { cx } from '~/lib/cx'
import { formatDay, formatMinutes } from '~/lib/format'
import { uuid7 } from '~/lib/uuid'
import { act } from '~/outbox/act'
import { Button } from '~/ui/button'
import { inputLook } from '~/ui/look'
import { enterSends } from './enter'
import { logMinutes } from './log-minutes'

const USUAL = [10, 15, 25, 30, 45, 60]

/** Six quick numbers: what was logged most lately, then the usual ones, in order. */
export function quickMinutes(recent: number[]): number[] {
  const times = new Map<number, number>()
  for (const minutes of recent) if (minutes > 0) times.set(minutes, (times.get(minutes) ?? 0) + 1)
  const favourites = [...times].filter(([, count]) => count > 1).sort(([, one], [, next]) => next - one)
  const quick = new Set([...favourites.slice(0, 3).map(([minutes]) => minutes)])
  for (const minutes of [30, 15, 60, 10, 45, 25]) if (quick.size < USUAL.length) quick.add(minutes)
  return [...quick].sort((one, next) => one - next)
}

/** What was typed and not logged, by goal and day: whoever comes back to it finds it again, until the app is closed. */
const drafts = new Map<string, { typed: string; text: string }>()

/** The form for a goal and a day. */
export function Composer({
  goal,
  day,
  recent,
  onDone,
  autoFocus,
}: {
  goal: { id: string; title: string }
  day: string
  recent: number[]
  onDone?: () => void
  autoFocus?: boolean
}) {
  const t = useText()
  const draft = drafts.get(`${goal.id} ${day}`)
  const [typed, setTyped] = useState(draft?.typed ?? '')
  const [text, setText] = useState(draft?.text ?? '')
  const [tried, setTried] = useState(false)
  /** The day on which the typing began: what is finished after midnight is of the day before. */
  const [begun, setBegun] = useState(draft && day)
  const meant = begun ?? day
  const minutes = logMinutes(typed)
  const type = (newTyped: string, newText: string) => {
    setTyped(newTyped)
    setText(newText)
    const isEmpty = !(newTyped || newText)
    setBegun(isEmpty ? undefined : meant)
    if (isEmpty) drafts.delete(`${goal.id} ${meant}`)
    else drafts.set(`${goal.id} ${meant}`, { typed: newTyped, text: newText })
  }
  const log = (amount: number) => {
    const body = { goal_id: goal.id, day: meant, minutes: amount, text: text.trim() || null }
    act({ kind: 'logDay', id: uuid7(), title: goal.title, body })
    type('', '')
    setTried(false)
    onDone?.()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (minutes !== undefined) log(minutes)
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone?.()
      }}
      aria-label={t('today.logOn', { title: goal.title })}
      className="flex flex-col gap-3"
      noValidate
    >
      <fieldset className="grid grid-cols-3 gap-2 min-[26rem]:grid-cols-6">
        <legend className="sr-only">{t('today.quick')}</legend>
        {quickMinutes(recent).map((amount) => (
          <button
            key={amount}
            type="button"
            aria-label={t('today.logMinutes', { minutes: formatMinutes(amount) })}
            onClick={() => log(amount)}
            className="numbers min-h-12 rounded-2xl bg-accent-soft px-1 font-semibold text-accent-text transition hover:bg-accent hover:text-accent-ink active:scale-[0.97]"
          >
            {formatMinutes(amount)}
          </button>
        ))}
      </fieldset>
      <div className="grid grid-cols-[6.25rem_1fr] gap-2 min-[34rem]:grid-cols-[6.25rem_1fr_auto]">
        <input
          aria-label={t('today.minutes')}
          aria-invalid={tried && minutes === undefined ? true : undefined}
          aria-describedby={tried && minutes === undefined ? `wrong-${goal.id}` : undefined}
          placeholder={t('today.minutes')}
          title={t('today.minutesHint')}
          value={typed}
          onChange={(event) => type(event.target.value, text)}
          autoComplete="off"
          // biome-ignore lint/a11y/noAutofocus: it opens because the person wants to type here
          autoFocus={autoFocus}
          className={inputLook}
        />
        <textarea
          dir="auto"
          aria-label={t('today.note')}
          placeholder={t('today.notePlaceholder')}
          value={text}
          onChange={(event) => type(typed, event.target.value)}
          onKeyDown={enterSends}
          maxLength={4000}
          rows={1}
          className={cx(inputLook, 'field-sizing-content max-h-60 resize-none')}
        />
        <Button type="submit" className="col-span-2 min-[34rem]:col-span-1">
          {t('action.log')}
        </Button>
      </div>
      {meant !== day && (
        <p role="status" className="text-muted text-sm">
          {t('log.day')}: {formatDay(meant, { weekday: 'long', day: 'numeric', month: 'long' })}
        </p>
      )}
      {tried && minutes === undefined && (
        <p id={`wrong-${goal.id}`} role="alert" className="text-danger text-sm">
          {t('log.invalidMinutes')}
        </p>
      )}
    </form>
  )
}
