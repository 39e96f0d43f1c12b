import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import type { DailyLog } from '~/api/types'
import { entries, openOutbox } from '~/outbox'
import { act, nameOf, takeBack, undo } from '~/outbox/act'
import type { Command } from '~/outbox/commands'
import { redo } from '~/outbox/redo'
import { goalOf, showGoal, showLogs, unseen } from '~/outbox/show'
import { database } from '~/outbox/store'
import { say } from '~/ui/toast'

vi.mock('~/ui/toast', () => ({ say: vi.fn(), unsay: vi.fn() }))

const log = (id: string): Command => ({
  kind: 'logDay',
  id,
  title: 'Run',
  body: { goal_id: 'g', day: '2026-11-21', minutes: 5 },
})
const GOAL: Command = { kind: 'createGoal', id: 'g', body: { title: 'Run' } }

/** What was sent, in order. */
let sent: string[]
let isOffline: boolean

const isDone = () => entries.get().every(({ state }) => state === 'done')
/** The logs as they are shown where no answer is known. */
const logs = () => showLogs([] as DailyLog[], unseen(entries.get(), 0), {}).map(({ id }) => id)
const action = () => vi.mocked(say).mock.lastCall?.[1]?.action

beforeEach(async () => {
  sent = []
  isOffline = false
  let head = 0
  vi.stubGlobal('fetch', async ({ url }: Request) => {
    if (isOffline) throw new TypeError('offline')
    const { pathname } = new URL(url)
    sent.push(pathname)
    head += 1
    return Response.json({ id: 'x', version: head, position: `h-0-${head}`, changed: true })
  })
  await (await database()).clear('outbox')
  signedIn.set({ user: 'u', workspace: 'w' })
  await openOutbox()
  entries.set([])
})
afterEach(() => expect.poll(isDone).toBe(true))

test('what was taken back is done again from the toast, and can be taken back once more', async () => {
  const { key } = act(log('l'))
  undo(key)
  expect(logs()).toEqual([])
  expect((action()?.label as () => string)?.()).toBe('Redo')
  action()?.run()
  await expect.poll(logs).toEqual(['l'])
  await expect.poll(isDone).toBe(true)
  action()?.run()
  expect(logs()).toEqual([])
  await expect.poll(isDone).toBe(true)
  // The server takes back the undo, and then what that brought back.
  expect(sent.map((path) => path.split('/')[3])).toEqual([undefined, 'h-0-1', 'h-0-2', 'h-0-1'])
})

test('without network a chain of them waits, and is shown as it will be', async () => {
  isOffline = true
  act(GOAL)
  undo()
  redo()
  const shown = () => {
    const made = goalOf(entries.get(), 'g')
    return made && showGoal(made, unseen(entries.get(), 0), { today: '2026-11-21', week: '2026-11-16' })
  }
  expect(shown()?.archived_on).toBeNull()
  expect(entries.get().map(({ command }) => nameOf(command))).toEqual([
    'Create goal Run',
    'Take back: Create goal Run',
    'Do again: Create goal Run',
  ])
  undo()
  expect(shown()?.archived_on).toBe('2026-11-21')
  isOffline = false
  dispatchEvent(new Event('online'))
  await expect.poll(isDone).toBe(true)
  expect(sent.map((path) => path.split('/')[3])).toEqual([undefined, 'h-0-1', 'h-0-2', 'h-0-1'])
})

test('one after the other is done again, the last first, and nothing once something else was done', async () => {
  for (const id of ['a', 'b']) act(log(id))
  await expect.poll(isDone).toBe(true)
  undo()
  undo()
  expect(logs()).toEqual([])
  redo()
  expect(logs()).toEqual(['a'])
  redo()
  expect(logs()).toEqual(['b', 'a'])
  redo()
  expect(entries.get()).toHaveLength(6)
  undo()
  act(log('c'))
  redo()
  expect(logs()).toEqual(['c', 'a'])
})

test('what was taken back in history is done again as well', async () => {
  takeBack('l', 'h-0-9', 'Logged')
  await expect.poll(isDone).toBe(true)
  redo()
  await expect.poll(() => sent).toEqual(['/v1/history/h-0-9/undo', '/v1/history/h-0-1/undo'])
  expect(action(), 'what it was is not known here').toBeUndefined()
})
