/** The goals of a day: those due, then the rest. One of them is open for logging; keys go from one to the next. */
import { useEffect, useRef, useState } from 'react'
import type { DailyLog } from '~/api/types'
import { useEditing } from '~/data/use'
import { useText } from '~/i18n'
import { singleKeys } from '~/lib/keys'
import { Card } from './card'
import { apart, type Row } from './row'

export function Goals({
  rows,
  logs,
  day,
  isToday = false,
  locked = false,
}: {
  rows: Row[]
  /** Those of the last days, once they are read. */
  logs: DailyLog[] | undefined
  day: string
  isToday?: boolean
  locked?: boolean
}) {
  const t = useText()
  const editing = useEditing()
  const [open, setOpen] = useState<Row>()
  const list = useRef<HTMLDivElement>(null)
  const { due, rest } = apart(rows, open)
  const first = due[0] ?? rest[0]
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        event.defaultPrevented ||
        !editing ||
        !singleKeys()
      )
        return
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog'))
        return
      if (event.key === 'l') {
        event.preventDefault()
        const focused = document.activeElement?.closest('li[data-goal]')?.getAttribute('data-goal')
        setOpen(rows.find(({ id }) => id === focused) ?? first)
      }
      if (event.key === 'j' || event.key === 'k') {
        const buttons = [...(list.current?.querySelectorAll<HTMLElement>('[data-log]') ?? [])]
        const at = buttons.indexOf(document.activeElement as HTMLElement)
        const next = at < 0 ? 0 : at + (event.key === 'j' ? 1 : -1)
        buttons[Math.max(0, Math.min(next, buttons.length - 1))]?.focus()
      }
    }
    addEventListener('keydown', pressed)
    return () => removeEventListener('keydown', pressed)
  }, [rows, first, editing])
  const done = (id: string) => {
    setOpen(undefined)
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-log="${id}"]`)?.focus({ preventScroll: true }),
    )
  }
  const cards = (some: Row[]) => (
    <ul className="flex flex-col gap-3">
      {some.map((row) => (
        <Card
          key={row.id}
          row={row}
          logs={logs?.filter((log) => log.goal_id === row.id)}
          day={day}
          isToday={isToday}
          locked={locked}
          looking={!editing}
          isOpen={open?.id === row.id}
          onToggle={() => setOpen(open?.id === row.id ? undefined : row)}
          onDone={() => done(row.id)}
        />
      ))}
    </ul>
  )
  const allMet = isToday && due.length > 0 && due.every((row) => row.met)
  return (
    <div ref={list} className="flex flex-col gap-8">
      {due.length > 0 && (
        <section aria-label={t(isToday ? 'today.due' : 'today.goals')}>
          {cards(due)}
          {allMet && <p className="rise mt-4 text-center text-muted text-sm">{t('today.allMet')}</p>}
        </section>
      )}
      {rest.length > 0 && (
        <section aria-labelledby="not-due">
          <h2 id="not-due" className="mb-3 font-semibold text-muted text-sm">
            {t('today.notDue')}
          </h2>
          {cards(rest)}
        </section>
      )}
    </div>
  )
}
