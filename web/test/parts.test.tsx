import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { aLot, heatLevel } from '~/charts/heat'
import YearChart from '~/charts/heatmap'
import { speak } from '~/i18n'
import { Description } from '~/pages/goal/description'
import { averageOf } from '~/pages/goal/week-graph'
import { quickMinutes } from '~/pages/parts/composer'
import { tellTarget } from '~/pages/parts/told'

test('quick minutes are those used most lately, then the usual ones, in order', () => {
  expect(quickMinutes([])).toEqual([10, 15, 25, 30, 45, 60])
  expect(quickMinutes([20, 20, 90, 90, 90, 7])).toEqual([10, 15, 20, 30, 60, 90])
})

test('any minute at all is seen, and one long day does not pale the rest', () => {
  expect([0, 1, 30, 60, 600].map((minutes) => heatLevel(minutes, 60))).toEqual([0, 1, 2, 4, 4])
  expect(aLot([...Array.from({ length: 19 }, () => 30), 900])).toBe(30)
})

test('one day of the year has the focus, and arrows move it', async () => {
  const chosen = vi.fn()
  const totals = new Map([['2026-11-20', { day: '2026-11-20', minutes: 45, logs: 2 }]])
  const year = { year: 2026, today: '2026-11-21', weekStart: 'monday' as const, totals, selected: undefined }
  const { rerender } = render(<YearChart {...year} asTable={false} onSelect={chosen} />)
  const person = userEvent.setup()
  await person.tab()
  expect(document.activeElement?.getAttribute('data-day')).toBe('2026-11-21')
  await person.keyboard('{ArrowUp}')
  expect(document.activeElement?.getAttribute('aria-label')).toContain('45 min, 2 logs')
  await person.keyboard('{Enter}{ArrowLeft}')
  expect(chosen).toHaveBeenCalledWith('2026-11-20')
  expect(document.activeElement?.getAttribute('data-day')).toBe('2026-11-13')
  await person.keyboard('{End}{ArrowRight}')
  expect(document.activeElement?.getAttribute('data-day')).toBe('2026-11-21')
  rerender(<YearChart {...year} asTable onSelect={chosen} />)
  expect(screen.getAllByRole('row')).toHaveLength(2)
  // The same as a table, where each day is as easy to press as a cell is not.
  chosen.mockClear()
  await person.click(screen.getByRole('button', { name: 'Fri, November 20' }))
  expect(chosen).toHaveBeenCalledWith('2026-11-20')
  rerender(<YearChart {...year} asTable onSelect={undefined} />)
  expect(screen.getByRole<HTMLButtonElement>('button').disabled, 'in the past').toBe(true)
})

test('of a long description the first lines are shown, and all of it where that is wanted', async () => {
  const height = vi.spyOn(Element.prototype, 'scrollHeight', 'get').mockReturnValue(96)
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(96)
  const { rerender } = render(<Description text="Slowly." />)
  expect(screen.queryByRole('button', { name: /^Show/ })).toBeNull()
  height.mockReturnValue(2_000)
  rerender(<Description text="Slowly, and so on." />)
  const text = screen.getByText('Slowly, and so on.')
  expect(text.className).toContain('line-clamp-4')
  await userEvent.click(screen.getByRole('button', { name: 'Show all' }))
  expect(text.className).not.toContain('line-clamp-4')
  const less = screen.getByRole('button', { name: 'Show less' })
  expect([less.ariaExpanded, document.activeElement]).toEqual(['true', less])
  vi.restoreAllMocks()
})

test('the average is of the weeks that are over, from when there was the goal or a log of it', () => {
  const weeks = (...minutes: number[]) =>
    minutes.map((one, at) => ({ last: `2026-11-${16 + 7 * at}`, minutes: one }))
  expect(averageOf(weeks(0, 60), '2026-11-18')).toBeUndefined()
  expect(averageOf(weeks(0, 60, 30), '2026-11-18')).toEqual({ minutes: 60, weeks: 1 })
  expect(averageOf(weeks(30, 60, 5), '2026-11-18')).toEqual({ minutes: 45, weeks: 2 })
  expect(averageOf(weeks(0, 60, 5), '2026-10-01')).toEqual({ minutes: 30, weeks: 2 })
})

test('how much of a target is done bends its words', async () => {
  const week = (metric: 'days' | 'logs', value: number) =>
    ({ met_days: 1, logs: 1, target: { metric, value } }) as Parameters<typeof tellTarget>[0]
  expect(tellTarget(week('days', 1))).toBe('1 of 1 day')
  await speak('de')
  expect([week('days', 7), week('logs', 3), week('logs', 1)].map(tellTarget)).toEqual([
    '1 von 7 Tagen',
    '1 von 3 Einträgen',
    '1 von 1 Eintrag',
  ])
  await speak('en')
})
