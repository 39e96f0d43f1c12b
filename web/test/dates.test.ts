import { expect, test } from 'vitest'
import type { Weekday } from '~/api/types'
import { beginOf } from '~/lib/bounds'
import { addDays, dayAt, daysOf, lastStart, placeInWeek, todayOf, weekOf } from '~/lib/dates'
import { formatInstant } from '~/lib/format'
import { formatThere } from '~/lib/instant'
import { parseMinutes } from '~/pages/parts/log-minutes'

test('days are counted without any zone', () => {
  expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(daysOf('2026-03-28', '2026-03-30')).toEqual(['2026-03-28', '2026-03-29', '2026-03-30'])
  expect(daysOf('2026-03-30', '2026-03-28')).toEqual([])
})

test('weeks begin as the calendar says', () => {
  expect([lastStart('2026-11-22', 'monday'), lastStart('2026-11-22', 'sunday')]).toEqual([
    '2026-11-16',
    '2026-11-22',
  ])
  expect(placeInWeek('2026-11-21', 'sunday')).toBe(6)
  expect(weekOf('2026-11-22')).toEqual({ first: '2026-11-16', last: '2026-11-22' })
})

test('every day is in one week of at most seven days', () => {
  const weekStart = (from: string, week_start: Weekday) => ({
    from,
    starts_at: `${from}T00:00:00Z`,
    calendar: { zone: 'Etc/UTC', week_start, day_start_minute: 0 },
  })
  const calendars = [
    weekStart('2026-05-01', 'monday'),
    weekStart('2026-05-21', 'sunday'),
    weekStart('2026-06-03', 'wednesday'),
    // Saturday would come first on 20 June, but Monday was chosen before that.
    weekStart('2026-06-19', 'saturday'),
    weekStart('2026-06-20', 'monday'),
  ]
  const lengths: [string, number][] = []
  for (let first = '2026-04-27'; first < '2026-07-06'; ) {
    const week = weekOf(first, calendars)
    expect(week.first).toBe(first)
    const days = daysOf(first, week.last)
    for (const day of days) expect(weekOf(day, calendars), day).toEqual(week)
    lengths.push([first.slice(5), days.length])
    first = addDays(week.last, 1)
  }
  expect(lengths).toEqual([
    ['04-27', 7],
    ['05-04', 7],
    ['05-11', 7],
    ['05-18', 6],
    ['05-24', 7],
    ['05-31', 3],
    ['06-03', 7],
    ['06-10', 7],
    ['06-17', 5],
    ['06-22', 7],
    ['06-29', 7],
  ])
})

test('a day begins at the day start of its zone', () => {
  const calendar = { zone: 'Europe/Berlin', week_start: 'monday' as const, day_start_minute: 240 }
  expect(dayAt(calendar, Date.parse('2026-11-21T02:59:00Z'))).toBe('2026-11-20')
  expect(dayAt(calendar, Date.parse('2026-11-21T03:00:00Z'))).toBe('2026-11-21')
})

test('a day begins as the clock on the wall shows it, also on the nights when it is moved', () => {
  const berlin = (day_start_minute: number, now: string) =>
    dayAt({ zone: 'Europe/Berlin', week_start: 'monday', day_start_minute }, Date.parse(now))
  expect(berlin(240, '2026-10-25T02:59:00Z')).toBe('2026-10-24')
  expect(berlin(240, '2026-10-25T03:00:00Z')).toBe('2026-10-25')
  expect(berlin(240, '2026-03-29T01:59:00Z')).toBe('2026-03-28')
  expect(berlin(240, '2026-03-29T02:00:00Z')).toBe('2026-03-29')
  // 2:30 is passed by, or comes twice: the day begins with the jump, or the first time, and does not go back.
  expect(berlin(150, '2026-03-29T00:59:00Z')).toBe('2026-03-28')
  expect(berlin(150, '2026-03-29T01:00:00Z')).toBe('2026-03-29')
  expect(berlin(150, '2026-10-25T00:29:00Z')).toBe('2026-10-24')
  expect(berlin(150, '2026-10-25T00:30:00Z')).toBe('2026-10-25')
  expect(berlin(150, '2026-10-25T01:10:00Z')).toBe('2026-10-25')
})

test('today follows an upcoming calendar once it begins, and never goes back', () => {
  const calendar = { zone: 'Pacific/Kiritimati', week_start: 'monday' as const, day_start_minute: 0 }
  const first = { from: '2026-01-01', starts_at: '2025-12-31T10:00:00Z', calendar }
  const honolulu = { ...calendar, zone: 'Pacific/Honolulu' }
  const upcoming = { from: '2026-11-22', starts_at: '2026-11-22T10:00:00Z', calendar: honolulu }
  const calendars = [first, upcoming]
  const workspace = {
    id: 'w',
    version: 1,
    role: 'owner' as const,
    today: '2026-11-22',
    calendar,
    calendars,
    upcoming,
  }
  expect(todayOf(workspace, Date.parse('2026-11-22T09:59:00Z'))).toBe('2026-11-22')
  expect(todayOf(workspace, Date.parse('2026-11-22T10:01:00Z'))).toBe('2026-11-22')
  expect(todayOf(workspace, Date.parse('2026-11-23T10:01:00Z'))).toBe('2026-11-23')
})

test('the day before an upcoming calendar lasts until that begins', () => {
  const calendar = { zone: 'Europe/Berlin', week_start: 'monday' as const, day_start_minute: 0 }
  const first = { from: '2026-01-01', starts_at: '2025-12-31T23:00:00Z', calendar }
  const later = { from: '2026-11-24', starts_at: '2026-11-24T03:00:00Z' }
  const calendars = [first, { ...later, calendar: { ...calendar, day_start_minute: 240 } }]
  const workspace = { id: 'w', version: 1, role: 'owner' as const, today: '2026-11-23', calendar, calendars }
  expect(todayOf(workspace, Date.parse('2026-11-23T23:30:00Z'))).toBe('2026-11-23')
  expect(todayOf(workspace, Date.parse('2026-11-24T03:00:00Z'))).toBe('2026-11-24')
})

test('a day begins when it is first that day in the workspace', () => {
  const berlin = { zone: 'Europe/Berlin', week_start: 'monday' as const, day_start_minute: 240 }
  const first = { from: '2026-01-01', starts_at: '2026-01-01T03:00:00Z', calendar: berlin }
  const tokyo = {
    from: '2026-06-02',
    starts_at: '2026-06-01T19:00:00Z',
    calendar: { ...berlin, zone: 'Asia/Tokyo' },
  }
  const workspace = {
    id: 'w',
    version: 1,
    role: 'owner' as const,
    today: '2026-06-03',
    calendar: berlin,
    calendars: [first, tokyo],
  }
  const begins = (day: string) => beginOf(workspace, day).toISOString()
  expect(begins('2026-03-28')).toBe('2026-03-28T03:00:00.000Z')
  expect(begins('2026-03-30')).toBe('2026-03-30T02:00:00.000Z')
  expect(begins('2026-06-01')).toBe('2026-06-01T02:00:00.000Z')
  expect(begins('2026-06-02')).toBe('2026-06-01T19:00:00.000Z')
  expect(begins('2026-06-03')).toBe('2026-06-02T19:00:00.000Z')
})

test('a zone unknown to the browser leaves the day to the server', () => {
  const calendar = { zone: 'Mars/Olympus', week_start: 'monday' as const, day_start_minute: 0 }
  expect(
    todayOf(
      { id: 'w', version: 1, role: 'owner' as const, today: '2026-11-21', calendar, calendars: [] },
      Date.now(),
    ),
  ).toBe('2026-11-21')
})

test.each([
  ['45', 45],
  ['1:30', 90],
  ['1h 30m', 90],
  ['1,5 h', 90],
  ['90 min', 90],
  ['2 Stunden', 120],
  ['0', 0],
  ['1,440', 1440],
  ['1.440 min', 1440],
  ['1.250 h', 75],
  ['30 Min.', 30],
  ['1 h 30 min.', 90],
  ['1:30 h', 90],
  ['1.5', undefined],
  ['0,500', undefined],
  ['', undefined],
  ['a while', undefined],
  ['-5', undefined],
  ['1:75', undefined],
])('%j is %j minutes', (text, minutes) => {
  expect(parseMinutes(text)).toBe(minutes)
})

test('an instant is told in the zone the workspace had then, which is named where this device has another', () => {
  const instant = '2026-11-25T12:00:00Z'
  const calendar = (zone: string) => ({ zone, week_start: 'monday' as const, day_start_minute: 0 })
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const moved = {
    calendar: calendar(here),
    calendars: [
      { calendar: calendar('Pacific/Kiritimati'), from: '2026-01-01', starts_at: '2026-01-01T00:00:00Z' },
      { calendar: calendar(here), from: '2026-12-01', starts_at: '2026-12-01T00:00:00Z' },
    ],
  } as Parameters<typeof formatThere>[0]
  expect(formatThere(moved, instant)).toMatch(/26.*GMT\+14$/)
  expect(formatThere(moved, '2026-12-25T12:00:00Z')).toBe(formatInstant('2026-12-25T12:00:00Z'))
  const nowhere = { calendar: calendar('Mars/Olympus'), calendars: [] } as unknown as typeof moved
  expect(formatThere(nowhere, instant)).toBe(formatInstant(instant))
})
