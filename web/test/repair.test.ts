import { beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { drop, type Entry, entries, give, openOutbox, putBack, repair } from '~/outbox'
import { database, entriesOf, put } from '~/outbox/store'
import { entry } from './entry'

const CREATE: Entry['command'] = { kind: 'createGoal', id: 'g', body: { title: 'Run' } }
const LOG: Entry['command'] = {
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 5 },
}
const sent: string[] = []

const waiting = async () => (await entriesOf('u')).filter(({ state }) => state === 'waiting').length

/** A goal that was refused, and a log on it that waits. */
beforeEach(async () => {
  sent.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(new URL(request.url).pathname)
    return Response.json({ id: 'x', version: 1, position: 'h-0-1' })
  })
  await (await database()).clear('outbox')
  const problem = { type: '', title: '', status: 422, detail: '', code: 'invalid-input' }
  await put(entry('a', CREATE, { state: 'refused', problem }))
  await put(entry('b', LOG))
  signedIn.set({ user: 'u', workspace: 'w' })
  await openOutbox()
  await expect.poll(() => entries.get().length).toBe(2)
})

test('a repaired goal is sent before what needs it', async () => {
  const [refused] = entries.get()
  if (refused) repair(refused, { ...CREATE, body: { title: 'Run far' } })
  await expect.poll(waiting).toBe(0)
  expect(sent).toEqual(['/v1/goals', '/v1/daily-logs'])
  expect(entries.get()[0]?.command).toMatchObject({ body: { title: 'Run far' } })
})

test('what is dropped takes along what needs it, and all of it comes back as it was', async () => {
  const before = entries.get()
  const gone = before[0] ? await drop(before[0]) : []
  expect(gone.map(({ key }) => key)).toEqual(['a', 'b'])
  expect(await entriesOf('u')).toEqual([])
  putBack(gone)
  await expect
    .poll(async () => (await entriesOf('u')).map(({ key, state }) => [key, state]))
    .toEqual([
      ['a', 'refused'],
      ['b', 'waiting'],
    ])
  expect(entries.get().map(({ key }) => key)).toEqual(['a', 'b'])
  expect(sent).toEqual([])
})

test('what makes a repair possible is sent before it, and before what needs that', async () => {
  const [refused] = entries.get()
  for (const title of ['first', 'second'])
    give(
      { kind: 'withdrawLog', id: title, title, was: { goal_id: 'x', day: '', minutes: 1, version: 1 } },
      refused,
    )
  if (refused) repair(refused)
  await expect.poll(waiting).toBe(0)
  expect(sent).toEqual([
    '/v1/daily-logs/first/withdraw',
    '/v1/daily-logs/second/withdraw',
    '/v1/goals',
    '/v1/daily-logs',
  ])
  expect((await entriesOf('u')).map(({ key }) => key)).toEqual(entries.get().map(({ key }) => key))
})
