/** Naming a goal and changing one: the same form. */
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useRef, useState } from 'react'
import { fieldErrors } from '~/api/problem'
import type { CreateGoal } from '~/api/types'
import { useGoal } from '~/data/use'
import { useText } from '~/i18n'
import { formatDay, formatNumber } from '~/lib/format'
import { parseNumber } from '~/lib/number'
import { uuid7 } from '~/lib/uuid'
import { type Entry, repair } from '~/outbox'
import { act } from '~/outbox/act'
import type { GoalWas } from '~/outbox/commands'
import { Button } from '~/ui/button'
import { DayField } from '~/ui/day-field'
import { Dialog } from '~/ui/dialog'
import { TextArea, TextField, useFocusWrong } from '~/ui/field'
import { ownEscape } from '~/ui/own-escape'

/** What stands in the form: text, as typed. */
interface Draft {
  title: string
  description: string
  target_date: string
  hours: string
}

type Fields = Required<Omit<CreateGoal, 'id'>>

const draftOf = (goal: Partial<Fields>): Draft => ({
  title: goal.title ?? '',
  description: goal.description ?? '',
  target_date: goal.target_date ?? '',
  hours: goal.total_minutes
    ? formatNumber(goal.total_minutes / 60, { useGrouping: false, maximumFractionDigits: 2 })
    : '',
})

/** The fields, and which of them cannot be. */
function fieldsOf(draft: Draft): {
  fields: Fields
  wrong: Partial<Record<keyof Draft, 'titleMissing' | 'totalInvalid'>>
} {
  const minutes = Math.round(parseNumber(draft.hours) * 60)
  const fields = {
    title: draft.title.trim(),
    description: draft.description.trim() || null,
    target_date: draft.target_date || null,
    total_minutes: draft.hours.trim() ? minutes : null,
  }
  return {
    fields,
    wrong: {
      ...(!fields.title && { title: 'titleMissing' as const }),
      ...(draft.hours.trim() &&
        !(minutes >= 1 && minutes <= 52_704_000) && { hours: 'totalInvalid' as const }),
    },
  }
}

/** The dialog: for a new goal, or an existing one. */
export function GoalDialog({
  id,
  title,
  onClose,
}: {
  id?: string | undefined
  title?: string | undefined
  onClose: () => void
}) {
  const t = useText()
  return (
    <Dialog title={t(id ? 'goal.editTitle' : 'goalForm.newTitle')} onClose={onClose}>
      {id ? <EditGoal id={id} onClose={onClose} /> : <NewGoal title={title} onClose={onClose} />}
    </Dialog>
  )
}

/** The form in its two uses; with a refused command, to give that again. It closes when it is saved, unless told otherwise. */
interface FormProps {
  repairs?: Entry | undefined
  onClose: () => void
  onSaved?: () => void
}

/** The form for a new goal. */
export function NewGoal({
  title = '',
  repairs,
  onClose,
  onSaved = onClose,
}: FormProps & { title?: string | undefined }) {
  const navigate = useNavigate()
  const before = repairs?.command.kind === 'createGoal' ? repairs.command : undefined
  const save = (fields: Fields) => {
    const command = { kind: 'createGoal' as const, id: before?.id ?? uuid7(), body: fields }
    if (repairs) repair(repairs, command)
    else act(command)
    onSaved()
    // It is not in the past, should that be looked at.
    if (!repairs) void navigate({ to: '/goals/$id', params: { id: command.id }, search: { past: undefined } })
  }
  return (
    <GoalForm
      initial={draftOf(before?.body ?? { title })}
      problem={repairs}
      submit="goalForm.create"
      onSave={save}
      onClose={onClose}
    />
  )
}

/** The form for a goal there is. */
export function EditGoal({ id, repairs, onClose, onSaved = onClose }: FormProps & { id: string }) {
  const { goal } = useGoal(id)
  // What the person began with: what they did not touch stays as it is, whoever changed it.
  const begun = useRef<GoalWas>(undefined)
  if (!goal) return null
  begun.current ??= goal
  const was = begun.current
  const body = repairs?.command.kind === 'reviseGoal' ? repairs.command.body : {}
  const save = (fields: Fields, theirs: GoalWas) => {
    const names = Object.keys(fields) as (keyof Fields)[]
    const changed = Object.fromEntries(
      names
        .filter((name) => [was, theirs].every((one) => fields[name] !== (one[name] ?? null)))
        .map((name) => [name, fields[name]]),
    )
    onSaved()
    if (Object.keys(changed).length === 0) return
    const command = {
      kind: 'reviseGoal' as const,
      id,
      title: theirs.title,
      body: changed,
      was: pickWas(theirs),
    }
    if (repairs) repair(repairs, command)
    else act(command)
  }
  const initial = draftOf({ ...was, ...body } as Partial<Fields>)
  return (
    <GoalForm
      initial={initial}
      began={was}
      now={goal}
      problem={repairs}
      submit="action.save"
      onSave={save}
      onClose={onClose}
    />
  )
}

const pickWas = ({ title, description, target_date, total_minutes, version }: GoalWas): GoalWas => ({
  title,
  description,
  target_date,
  total_minutes,
  version,
})

function GoalForm({
  initial,
  began,
  now,
  problem,
  submit,
  onSave,
  onClose,
}: {
  initial: Draft
  began?: GoalWas
  now?: GoalWas
  problem?: Entry | undefined
  submit: 'goalForm.create' | 'action.save'
  onSave: (fields: Fields, now: GoalWas) => void
  onClose: () => void
}) {
  const t = useText()
  const [draft, setDraft] = useState(initial)
  const [tried, setTried] = useState(0)
  const form = useFocusWrong(tried)
  const { fields, wrong } = fieldsOf(draft)
  const told = fieldErrors(problem?.problem)
  const set = (name: keyof Draft) => (event: { target: { value: string } }) =>
    setDraft({ ...draft, [name]: event.target.value })
  const error = (name: keyof Draft, wire: string) =>
    tried && wrong[name]
      ? t(`goalForm.${wrong[name]}`)
      : draft[name] === initial[name]
        ? told[wire]
        : undefined
  const conflict = now && (now.version !== began?.version || problem?.problem?.code === 'version-conflict')
  /** What a field says now, where that is not what stands in the form. */
  const theirs = (name: keyof Fields) => {
    if (!conflict || (now[name] ?? null) === fields[name]) return undefined
    const value = now[name] ?? t('goal.none')
    if (name === 'target_date' && now.target_date)
      return t('goal.theirs', { value: formatDay(now.target_date) })
    if (name === 'total_minutes' && now.total_minutes)
      return t('goal.theirs', { value: draftOf(now as Fields).hours })
    return t('goal.theirs', { value })
  }
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const isValid = event.currentTarget.checkValidity()
    setTried(tried + 1)
    if (Object.keys(wrong).length === 0 && isValid) onSave(fields, now ?? ({} as GoalWas))
  }
  return (
    <form
      {...(problem && ownEscape(onClose))}
      ref={form}
      onSubmit={onSubmit}
      noValidate
      className="flex flex-col gap-4"
    >
      {conflict && (
        <div role="alert" className="flex flex-col items-start gap-2 rounded-2xl bg-danger-soft p-4 text-sm">
          <p>{t('goalForm.changedMeanwhile')}</p>
          <Button look="outline" size="small" onClick={() => setDraft(draftOf(now as Fields))}>
            {t('goalForm.takeTheirs')}
          </Button>
        </div>
      )}
      <TextField
        label={t('goal.title')}
        value={draft.title}
        onChange={set('title')}
        error={error('title', 'title')}
        hint={theirs('title')}
        maxLength={200}
        autoComplete="off"
        autoFocus={problem !== undefined}
      />
      <TextArea
        label={t('goal.description')}
        optional
        value={draft.description}
        onChange={set('description')}
        error={error('description', 'description')}
        hint={theirs('description')}
        maxLength={4000}
      />
      <div className="grid grid-cols-1 gap-4 min-[24rem]:grid-cols-2">
        <DayField
          label={t('goalForm.targetDate')}
          optional
          value={draft.target_date}
          onChange={set('target_date')}
          error={error('target_date', 'target_date')}
          hint={theirs('target_date')}
        />
        <TextField
          label={t('goalForm.total')}
          optional
          inputMode="decimal"
          value={draft.hours}
          onChange={set('hours')}
          error={error('hours', 'total_minutes')}
          hint={theirs('total_minutes') ?? t('goalForm.totalHint')}
          autoComplete="off"
        />
      </div>
      <div className="mt-2 flex justify-end gap-2">
        <Button look="ghost" onClick={onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit">{t(submit)}</Button>
      </div>
    </form>
  )
}
