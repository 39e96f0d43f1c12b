import { beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { entries, openOutbox } from '~/outbox'
import { act, takeBack, undo } from '~/outbox/act'
import type { Command } from '~/outbox/commands'
import { database } from '~/outbox/store'

const LOG: Command = {
  kind: 'logDay',
  id: 'l',
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 5 },
}
const DAILY = { kind: 'every-day', minutes_min: 1 } as const
const SCHEDULE: Command = { kind: 'setSchedule', id: 'g', title: 'Run', body: DAILY, was: DAILY }

const sent: string[] = []
const isDone = () => entries.get().every(({ state }) => state === 'done')

beforeEach(async () => {
  sent.length = 0
  let head = 0
  // As the server answers what changes nothing: with the position of what came last.
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    sent.push(new URL(url).pathname)
    const changed = !url.endsWith('/schedule')
    if (changed) head += 1
    return Response.json({ id: 'x', version: 1, position: `h-0-${head}`, changed })
  })
  await (await database()).clear('outbox')
  signedIn.set({ user: 'u', workspace: 'w' })
  await openOutbox()
  entries.set([])
})

test('what changed nothing is not taken back, nor anything else in its place', async () => {
  act(LOG)
  const { key } = act(SCHEDULE)
  await expect.poll(isDone).toBe(true)
  undo(key)
  expect(entries.get()).toHaveLength(2)
  expect(sent).toEqual(['/v1/daily-logs', '/v1/goals/g/schedule'])
})

test('who takes back the last change means the last that was one', async () => {
  act(LOG)
  act(SCHEDULE)
  await expect.poll(isDone).toBe(true)
  undo()
  await expect.poll(() => sent.at(-1)).toBe('/v1/history/h-0-1/undo')
  expect(entries.get().at(-1)?.command).toMatchObject({ kind: 'undo', id: 'l' })
})

test('what is taken back before its answer is there waits to know whether it changed anything', async () => {
  act(LOG)
  const { key } = act(SCHEDULE)
  undo(key)
  await expect.poll(() => entries.get().length === 3 && isDone()).toBe(true)
  expect(sent).toEqual(['/v1/daily-logs', '/v1/goals/g/schedule'])
})

test('what was taken back in history is not taken back once more', async () => {
  act(LOG)
  await expect.poll(isDone).toBe(true)
  takeBack('l', 'h-0-1', 'Logged')
  await expect.poll(() => sent.length === 2 && isDone()).toBe(true)
  undo()
  expect(sent).toEqual(['/v1/daily-logs', '/v1/history/h-0-1/undo'])
  expect(entries.get()).toHaveLength(2)
})
