/** Changing what a goal expects. Each form gives one command, which holds from today, or this week, on. */
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Goal, PauseGoal, Schedule, Weekday, WeeklyTarget } from '~/api/types'
import { useGoal, useMe, useToday } from '~/data/use'
import { useText } from '~/i18n'
import { weekOf } from '~/lib/dates'
import { formatNumber } from '~/lib/format'
import { parseNumber } from '~/lib/number'
import { scheduleOn, targetIn, WEEKDAYS } from '~/lib/plan'
import { act } from '~/outbox/act'
import { weekdayName } from '~/pages/parts/told'
import { Button } from '~/ui/button'
import { DayField } from '~/ui/day-field'
import { Dialog } from '~/ui/dialog'
import { TextField, useFocusWrong } from '~/ui/field'
import { Segmented } from '~/ui/segmented'

const MOST = { minutes: 10_080, days: 7, logs: 1_000 } as const
const TITLES = { schedule: 'plan.schedule', target: 'plan.target', pause: 'plan.pause' } as const
const FORMS = { schedule: ScheduleForm, target: TargetForm, pause: PauseOne } as const

interface FormProps {
  goal: Goal
  today: string
  onClose: () => void
}

/** The dialog. */
export function PlanDialog({
  name,
  id,
  onClose,
}: {
  name: keyof typeof FORMS
  id: string
  onClose: () => void
}) {
  const t = useText()
  const { goal } = useGoal(id)
  const today = useToday()
  const Form = FORMS[name]
  if (!goal || !today) return null
  return (
    <Dialog title={t(TITLES[name])} onClose={onClose}>
      <Form goal={goal} today={today} onClose={onClose} />
    </Dialog>
  )
}

/** A whole number within limits, from what was typed. */
export function numberWithin(typed: string, least: number, most: number): number | undefined {
  const value = parseNumber(typed)
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined
}

function ScheduleForm({ goal, today, onClose }: FormProps) {
  const t = useText()
  const was = scheduleOn(goal.schedules, today)
  const [kind, setKind] = useState<Schedule['kind']>(was.kind)
  const [chosen, setChosen] = useState<Weekday[]>(
    was.kind === 'weekdays' ? was.weekdays : WEEKDAYS.slice(0, 5),
  )
  const [days, setDays] = useState(String(was.kind === 'days-a-week' ? was.days : 3))
  const [minutes, setMinutes] = useState(String(was.minutes_min ?? 1))
  const [tried, setTried] = useState(0)
  const minutes_min = numberWithin(minutes, 1, 1_440)
  const count = numberWithin(days, 1, 7)
  const wrong =
    minutes_min === undefined ||
    (kind === 'weekdays' && chosen.length === 0) ||
    (kind === 'days-a-week' && count === undefined)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(tried + 1)
    if (wrong) return
    const weekdays = WEEKDAYS.filter((day) => chosen.includes(day))
    const body: Schedule =
      kind === 'weekdays'
        ? { kind, weekdays, minutes_min }
        : kind === 'days-a-week'
          ? { kind, days: count ?? 1, minutes_min }
          : { kind, minutes_min }
    act({ kind: 'setSchedule', id: goal.id, title: goal.title, body, was })
    onClose()
  }
  const invalid = (least: number, most: number) => t('planForm.invalid', { least, most: formatNumber(most) })
  return (
    <PlanForm hint={t('planForm.scheduleHint')} tried={tried} onSubmit={submit} onClose={onClose}>
      <Segmented<Schedule['kind']>
        label={t('plan.schedule')}
        hideLabel
        stacked
        value={kind}
        onChange={setKind}
        options={[
          { value: 'every-day', label: t('told.every') },
          { value: 'weekdays', label: t('planForm.weekdays') },
          { value: 'days-a-week', label: t('planForm.daysAWeek') },
        ]}
      />
      {kind === 'weekdays' && (
        <Weekdays chosen={chosen} onChange={setChosen} wrong={tried > 0 && chosen.length === 0} />
      )}
      {kind === 'days-a-week' && (
        <TextField
          label={t('planForm.howMany')}
          inputMode="numeric"
          value={days}
          onChange={(event) => setDays(event.target.value)}
          error={tried && count === undefined ? invalid(1, 7) : undefined}
          autoComplete="off"
        />
      )}
      <TextField
        label={t('planForm.minutesMin')}
        inputMode="numeric"
        value={minutes}
        onChange={(event) => setMinutes(event.target.value)}
        error={tried && minutes_min === undefined ? invalid(1, 1_440) : undefined}
        autoComplete="off"
      />
    </PlanForm>
  )
}

function Weekdays({
  chosen,
  onChange,
  wrong,
}: {
  chosen: Weekday[]
  onChange: (days: Weekday[]) => void
  wrong: boolean
}) {
  const t = useText()
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">{t('planForm.whichDays')}</legend>
      <div className="grid grid-cols-7 gap-1.5">
        {WEEKDAYS.map((day, at) => {
          const on = chosen.includes(day)
          return (
            <button
              key={day}
              type="button"
              aria-pressed={on}
              aria-label={weekdayName(at, 'long')}
              onClick={() => onChange(on ? chosen.filter((one) => one !== day) : [...chosen, day])}
              className="min-h-11 rounded-xl bg-sunken font-medium text-muted text-sm transition-colors hover:text-ink aria-pressed:bg-accent aria-pressed:text-accent-ink"
            >
              {weekdayName(at).slice(0, 2)}
            </button>
          )
        })}
      </div>
      {wrong && (
        <p role="alert" className="mt-1.5 text-danger text-sm">
          {t('planForm.pickDay')}
        </p>
      )}
    </fieldset>
  )
}

const shownOf = ({ metric, value }: WeeklyTarget) =>
  metric === 'minutes'
    ? formatNumber(value / 60, { useGrouping: false, maximumFractionDigits: 2 })
    : String(value)

function TargetForm({ goal, today, onClose }: FormProps) {
  const t = useText()
  const { me } = useMe()
  const was = targetIn(goal.weekly_targets, weekOf(today, me?.workspace.calendars).first)
  const [metric, setMetric] = useState<WeeklyTarget['metric']>(was?.metric ?? 'minutes')
  const [typed, setTyped] = useState(was ? shownOf(was) : '')
  const [tried, setTried] = useState(0)
  const most = MOST[metric]
  const value =
    metric === 'minutes'
      ? numberWithin(String(Math.round(parseNumber(typed) * 60)), 1, most)
      : numberWithin(typed, 1, most)
  const { id, title } = goal
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(tried + 1)
    if (value === undefined) return
    act({ kind: 'setTarget', id, title, body: { metric, value }, was })
    onClose()
  }
  const withdraw = () => {
    if (was) act({ kind: 'withdrawTarget', id, title, was })
    onClose()
  }
  const top = metric === 'minutes' ? most / 60 : most
  return (
    <PlanForm
      hint={t('planForm.targetHint')}
      tried={tried}
      onSubmit={submit}
      onClose={onClose}
      extra={
        was && (
          <Button look="danger" size="small" onClick={withdraw}>
            {t('planForm.withdraw')}
          </Button>
        )
      }
    >
      <Segmented<WeeklyTarget['metric']>
        label={t('planForm.metric')}
        value={metric}
        onChange={setMetric}
        options={[
          { value: 'minutes', label: t('planForm.metricMinutes') },
          { value: 'days', label: t('planForm.metricDays') },
          { value: 'logs', label: t('planForm.metricLogs') },
        ]}
      />
      <TextField
        label={t(metric === 'minutes' ? 'planForm.valueHours' : 'planForm.value')}
        inputMode="decimal"
        data-first=""
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        error={
          tried && value === undefined
            ? t('planForm.invalid', {
                least: metric === 'minutes' ? formatNumber(0.1) : 1,
                most: formatNumber(top),
              })
            : undefined
        }
        autoComplete="off"
      />
    </PlanForm>
  )
}

function PauseOne({ goal: { id, title }, ...form }: FormProps) {
  return <PauseForm {...form} onPause={(body) => act({ kind: 'pauseGoal', id, title, body })} />
}

/** The days of a pause. */
export function PauseForm({
  today,
  onPause,
  onClose,
}: Omit<FormProps, 'goal'> & { onPause: (body: PauseGoal) => void }) {
  const t = useText()
  const [first, setFirst] = useState(today)
  const [last, setLast] = useState('')
  const [tried, setTried] = useState(0)
  const isReversed = last !== '' && last < first
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const isValid = event.currentTarget.checkValidity()
    setTried(tried + 1)
    if (!isValid || isReversed) return
    onPause({ first, last: last || null })
    onClose()
  }
  return (
    <PlanForm
      hint={t('planForm.pauseHint')}
      submit={t('plan.pause')}
      tried={tried}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="grid grid-cols-2 gap-4">
        <DayField
          label={t('planForm.first')}
          required
          value={first}
          onChange={(event) => setFirst(event.target.value)}
          error={tried && !first ? t('field.missing') : undefined}
        />
        <DayField
          label={t('planForm.last')}
          optional
          min={first}
          value={last}
          onChange={(event) => setLast(event.target.value)}
          error={tried && isReversed ? t('problem.range-reversed') : undefined}
        />
      </div>
      <p className="text-muted text-sm">{t('planForm.lastHint')}</p>
    </PlanForm>
  )
}

function PlanForm({
  hint,
  submit,
  extra,
  tried,
  onSubmit,
  onClose,
  children,
}: {
  hint: string
  submit?: string
  extra?: ReactNode
  /** How often it was submitted. */
  tried: number
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  onClose: () => void
  children: ReactNode
}) {
  const t = useText()
  const form = useFocusWrong(tried)
  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="flex flex-col gap-5">
      <p className="-mt-2 text-muted text-sm">{hint}</p>
      {children}
      <div className="mt-1 flex flex-wrap items-center justify-end gap-2">
        {extra}
        <span className="grow" />
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit">{submit ?? t('action.save')}</Button>
      </div>
    </form>
  )
}
