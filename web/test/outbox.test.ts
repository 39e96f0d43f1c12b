import { beforeEach, expect, test, vi } from 'vitest'
import { position } from '~/api/position'
import { removeDone } from '~/data/forget'
import { remember } from '~/lib/remember'
import { before, flush, heldBy, nextOf } from '~/outbox/flush'
import { database, type Entry, entriesOf, put, remove } from '~/outbox/store'
import { entry } from './entry'
import { problem } from './problem'

const done = (id: string, changed = true) => Response.json({ id, version: 1, position: 'h-0-1', changed })

/** What was sent, in order. */
let sent: { path: string; key: string | null; body: string; condition: string | null }[] = []
let answers: (() => Response)[] = []

const create = (key: string, id = 'g') => entry(key, { kind: 'createGoal', id, body: { title: 'Run' } })
const log = (key: string, goal = 'g') =>
  entry(key, {
    kind: 'logDay',
    id: `log-${key}`,
    title: 'Run',
    body: { goal_id: goal, day: '2026-11-21', minutes: 5 },
  })

beforeEach(async () => {
  sent = []
  answers = []
  remember('session', { user: 'u', workspace: 'w' })
  await (await database()).clear('outbox')
  vi.stubGlobal('fetch', async (asked: Request | string, init?: RequestInit) => {
    const request = asked instanceof Request ? asked : new Request(new URL(asked, location.origin), init)
    const { headers } = request
    const path = new URL(request.url).pathname
    sent.push({
      path,
      key: headers.get('idempotency-key'),
      body: await request.text(),
      condition: headers.get('if-match'),
    })
    const answer = answers.shift()
    if (!answer) throw new TypeError('offline')
    return answer()
  })
})

test('commands are sent in the order they were given, each once', async () => {
  await put(create('a'))
  await put(log('b'))
  answers = [() => done('g'), () => done('log-b')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent.map(({ key }) => key)).toEqual(['a', 'b'])
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent).toHaveLength(2)
})

test('an unknown outcome is asked again with the same bytes and the same id', async () => {
  await put(log('a'))
  expect(await flush('u', () => undefined)).toMatchObject({ state: 'later' })
  answers = [() => problem(503, 'unavailable', { 'retry-after': '7' })]
  expect(await flush('u', () => undefined)).toEqual({ state: 'later', inMs: 7_000 })
  answers = [() => done('log-a')]
  await flush('u', () => undefined)
  expect(sent).toHaveLength(3)
  expect(new Set(sent.map(({ key, body }) => key + body)).size).toBe(1)
})

test('an answer that does not come is as good as none', async () => {
  await put(log('a'))
  vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(
    AbortSignal.abort(new DOMException('', 'TimeoutError')),
  )
  vi.stubGlobal('fetch', ({ signal }: Request) => new Promise((_, no) => signal.aborted && no(signal.reason)))
  expect(await flush('u', () => undefined)).toMatchObject({ state: 'later' })
  expect((await entriesOf('u'))[0]).toMatchObject({ state: 'waiting', attempts: 1 })
})

test('a refused command stays with its reason, and does not hold up the others', async () => {
  await put(log('a'))
  await put(log('b'))
  answers = [() => problem(409, 'goal-archived'), () => done('log-b')]
  await flush('u', () => undefined)
  const [first, second] = await entriesOf('u')
  expect([first?.state, first?.problem?.code, second?.state]).toEqual(['refused', 'goal-archived', 'done'])
})

test('what a proxy says is no refusal: the command waits', async () => {
  await put(log('a'))
  answers = [() => new Response('no such page', { status: 404, headers: { 'content-type': 'text/plain' } })]
  expect(await flush('u', () => undefined)).toMatchObject({ state: 'later' })
  const [waiting] = await entriesOf('u')
  expect([waiting?.state, waiting?.problem]).toEqual(['waiting', undefined])
})

test('what the server fails at waits with its reason, and holds up only what is about the same', async () => {
  await put(log('a', 'g'))
  await put(log('b', 'g'))
  await put(log('c', 'h'))
  answers = [() => problem(501, 'unreadable-event'), () => done('log-c')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'later', inMs: 1_000 })
  expect(sent.map(({ key }) => key)).toEqual(['a', 'c'])
  const states = async () => (await entriesOf('u')).map(({ state, problem }) => [state, problem?.code])
  expect(await states()).toEqual([
    ['waiting', 'unreadable-event'],
    ['waiting', undefined],
    ['done', undefined],
  ])
  answers = [() => done('log-a'), () => done('log-b')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(await states()).toEqual(Array(3).fill(['done', undefined]))
})

test('what comes after something that waits for what failed keeps its order', () => {
  const was = { goal_id: 'g', day: '2026-11-21', minutes: 5, version: 1 }
  const correct = entry('b', { kind: 'correctLog', id: 'l', title: 'Run', body: { minutes: 6 }, was })
  const undo = entry('c', { kind: 'undo', id: 'l', what: 'it', position: 'h-0-1' })
  expect(nextOf([log('a', 'g'), correct, undo], new Set(['a']))).toBeUndefined()
})

test('a server that is away is not asked for the rest', async () => {
  await put(log('a', 'g'))
  await put(log('b', 'h'))
  answers = [() => problem(503, 'unavailable'), () => done('log-b')]
  expect(await flush('u', () => undefined)).toMatchObject({ state: 'later' })
  expect(sent).toHaveLength(1)
})

test('what is dropped while it is sent stays dropped', async () => {
  await put(log('a'))
  answers = [() => done('log-a')]
  const drop = (entry: Entry) => void remove([entry])
  await flush('u', () => undefined, drop)
  expect(await entriesOf('u')).toEqual([])
})

test('what needs a refused goal waits for its repair', async () => {
  const [goal, dependent, other] = [
    { ...create('a'), state: 'refused' as const },
    log('b'),
    log('c', 'elsewhere'),
  ]
  expect(heldBy(dependent, [goal, dependent, other])).toBe(goal)
  expect(nextOf([goal, dependent, other])).toBe(other)
})

test('an undo waits as long as what it takes back', async () => {
  const refused = { ...create('a'), state: 'refused' as const }
  const undo = entry('c', { kind: 'undo', id: 'log-b', what: 'it', of: 'b' })
  expect(nextOf([refused, log('b'), undo])).toBeUndefined()
  expect(nextOf([refused, { ...log('b'), state: 'done' }, undo])).toBe(undo)
})

test("what comes right before another keeps out of everybody's place", async () => {
  await put({ ...log('a'), user: 'someone else' })
  const second = log('b')
  second.seq = await put(second)
  await put(log('c'), second.seq)
  await put(log('d'), second.seq)
  expect((await entriesOf('someone else')).map(({ key }) => key)).toEqual(['a'])
  expect((await entriesOf('u')).map(({ key }) => key)).toEqual(['c', 'd', 'b'])
})

test('what is done is taken out when its owner leaves, but for what the rest counts on', async () => {
  const ended = (key: string, state: Entry['state']) => ({ ...log(key), state })
  await put(ended('a', 'done'))
  await put(ended('b', 'done'))
  await put(ended('c', 'refused'))
  await put(entry('d', { kind: 'undo', id: 'log-b', what: 'it', of: 'b' }))
  await removeDone()
  expect((await entriesOf('u')).map(({ key }) => key)).toEqual(['b', 'c', 'd'])
})

test('a session that ended refuses nothing: the commands wait', async () => {
  await put(log('a'))
  answers = [() => problem(401, 'session-ended'), () => problem(401, 'session-ended')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'session' })
  expect((await entriesOf('u'))[0]?.state).toBe('waiting')
})

test('what waits is not sent as somebody else who signs in meanwhile', async () => {
  await put(log('a'))
  await put(log('b'))
  const next = () => {
    remember('session', { user: 'next', workspace: 'theirs' })
    return done('log-a')
  }
  answers = [next, () => done('log-b')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'session' })
  expect(sent.map(({ key }) => key)).toEqual(['a'])
})

test('an access token that ran out is refreshed, and the command sent again', async () => {
  await put(log('a'))
  answers = [() => problem(401, 'not-signed-in'), () => Response.json({}), () => done('log-a')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent.map(({ path }) => path)).toEqual(['/v1/daily-logs', '/v1/sessions/refresh', '/v1/daily-logs'])
})

test("another user's commands are never sent", async () => {
  await put({ ...log('a'), user: 'someone else' })
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent).toEqual([])
})

test('edits say which version they were meant for', async () => {
  const was = { title: 'Run', version: 4 }
  await put(
    entry('a', { kind: 'reviseGoal', id: 'g', title: 'Run', body: { title: 'Walk' }, was }, { condition: 4 }),
  )
  answers = [() => done('g')]
  await flush('u', () => undefined)
  expect(sent[0]).toMatchObject({ path: '/v1/goals/g', condition: '"4"', body: '{"title":"Walk"}' })
})

test('what an edit counts on and did not come about leaves its number to others', async () => {
  const edit = (key: string, version: number, upon: string[]) => {
    const was = { title: 'Run', version }
    const command = { kind: 'reviseGoal' as const, id: 'g', title: 'Run', body: { title: key }, was }
    return entry(key, command, { condition: version, upon })
  }
  const at = (version: number) => () => Response.json({ id: 'g', version, position: 'h-0-1' })
  // Of four edits in a row the second is refused, and the third changes nothing.
  await put(edit('a', 4, []))
  await put(edit('b', 5, ['a']))
  await put(edit('c', 6, ['a', 'b']))
  await put(edit('d', 7, ['a', 'b', 'c']))
  answers = [at(5), () => problem(412, 'version-conflict'), at(5), at(6)]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent.map(({ condition }) => condition)).toEqual(['"4"', '"5"', '"5"', '"5"'])
})

test("an edit takes nobody else's change for what it counts on", async () => {
  const was = { title: 'Run', version: 5 }
  const edit = { kind: 'reviseGoal' as const, id: 'g', title: 'Run', body: { title: 'Walk' }, was }
  await put(entry('a', { kind: 'completeGoal', id: 'g', title: 'Run' }))
  await put(entry('b', edit, { condition: 5, upon: ['a'] }))
  // Version 5 was theirs.
  answers = [
    () => Response.json({ id: 'g', version: 6, position: 'h-0-1' }),
    () => problem(412, 'version-conflict'),
  ]
  await flush('u', () => undefined)
  expect(sent[1]).toMatchObject({ condition: '"5"' })
})

test('an edit counts on what waits before it about the same', () => {
  const waiting = { kind: 'completeGoal' as const, id: 'g', title: 'Run' }
  const answered = entry('c', waiting, { state: 'done' })
  const all = [create('a'), entry('b', waiting), answered, entry('d', { ...waiting, id: 'other' }), log('e')]
  expect(before(waiting, all)).toEqual(['b'])
})

test('an undo waits for the position of what it takes back, and names it', async () => {
  await put(log('a'))
  await put(entry('b', { kind: 'undo', id: 'log-a', what: 'Log', of: 'a' }))
  answers = [() => done('log-a'), () => done('log-a')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent.map(({ path }) => path)).toEqual(['/v1/daily-logs', '/v1/history/h-0-1/undo'])
})

test('what changed nothing needs no undo: the position it was told is that of something else', async () => {
  await put(log('a'))
  await put(entry('b', { kind: 'undo', id: 'log-a', what: 'Log', of: 'a' }))
  answers = [() => done('log-a', false)]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent).toHaveLength(1)
  expect(position.now().position).toBe('h-0-1')
})

test('what was refused needs no undo', async () => {
  await put(log('a'))
  await put(entry('b', { kind: 'undo', id: 'log-a', what: 'Log', of: 'a' }))
  answers = [() => problem(409, 'goal-archived')]
  expect(await flush('u', () => undefined)).toEqual({ state: 'empty' })
  expect(sent).toHaveLength(1)
  expect((await entriesOf('u')).map(({ state }) => state)).toEqual(['refused', 'done'])
})
