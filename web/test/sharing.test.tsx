import { QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import type { Happening, Role } from '~/api/types'
import { choose, OWN } from '~/api/workspace'
import { cache } from '~/data/cache'
import { enter, lookAfter, sayWhatWasLeft } from '~/data/membership'
import { recall, remember } from '~/lib/remember'
import { type Entry, entries } from '~/outbox'
import Offer from '~/pages/join/offer'
import Members from '~/pages/members/members'
import { HistoryLine } from '~/pages/parts/history-line'
import { isInvited, whereTo } from '~/pages/parts/outside'
import { Goals } from '~/pages/today/goals'
import Dialogs from '~/shell/dialogs'
import { opened } from '~/shell/opened'
import { WorkspaceList } from '~/shell/workspace-list'
import Workspaces from '~/shell/workspaces'
import { Toasts } from '~/ui/toast'
import { problem } from './problem'

let role: Role = 'owner'
let isKnown = true
vi.mock('~/data/use', () => ({
  useRole: () => role,
  useEditing: () => role !== 'viewer',
  useMe: () => ({ me: isKnown ? { workspace: { name: null, role } } : undefined }),
  usePast: () => undefined,
  useToday: () => '2026-11-25',
}))
const navigate = vi.fn()
vi.mock('@tanstack/react-router', () => ({
  Link: 'a',
  useNavigate: () => navigate,
  useRouterState: () => '/',
}))
vi.mock('~/data/membership', async (original) => ({ ...(await original<object>()), enter: vi.fn() }))

const MEMBERS = [
  { user_id: 'ada', name: 'Ada', role: 'owner' },
  { user_id: 'grace', name: 'Grace', role: 'editor' },
]
const LIN = { user_id: 'lin', name: 'Lin', role: 'viewer' }
const OFFER = {
  workspace_id: 'adas',
  workspace_name: 'Ours',
  invited_by: 'Ada',
  role: 'editor',
  expires_at: '2026-12-06T08:00:00Z',
  is_member: false,
}

/** What was asked for that changes something: method, path and what was sent. */
let asked: string[]
let answers: Record<string, () => unknown>

beforeEach(() => {
  asked = []
  answers = {
    'GET /v1/workspaces': () => ({
      items: [
        { id: 'adas', role: 'editor' },
        { id: 'graces', name: null, role: 'owner' },
      ],
    }),
    'GET /v1/workspace/members': () => ({ items: MEMBERS }),
    'GET /v1/workspace/invitations': () => ({ items: [] }),
  }
  vi.stubGlobal('fetch', async (request: Request) => {
    const what = `${request.method} ${new URL(request.url).pathname}`
    if (request.method !== 'GET') asked.push(`${what} ${await request.text()}`.trim())
    const told = (await answers[what]?.()) ?? { id: 'x', version: 1, position: 'h-0-1', changed: true }
    return told instanceof Response ? told : Response.json(told)
  })
  signedIn.set({ user: 'ada', workspace: 'adas' })
})
afterEach(() => {
  cleanup()
  cache.clear()
  choose(OWN)
  opened.set(undefined)
  role = 'owner'
  isKnown = true
  entries.set([])
  sessionStorage.clear()
  vi.clearAllMocks()
  vi.unstubAllGlobals()
})

const show = (page: ReactNode) => render(<QueryClientProvider client={cache}>{page}</QueryClientProvider>)
const button = (name: string | RegExp) => screen.findByRole('button', { name })
const press = async (name: string | RegExp) => userEvent.click(await button(name))

test('who belongs to one workspace sees no way to another; who belongs to two does, and which is shown', async () => {
  answers['GET /v1/workspaces'] = () => ({ items: [{ id: 'adas', role: 'owner' }] })
  const { unmount } = show(<Workspaces beside />)
  await expect.poll(() => cache.getQueryData(['workspaces'])).toBeDefined()
  expect(screen.queryByRole('button')).toBeNull()
  unmount()
  cache.clear()
  answers['GET /v1/workspaces'] = () => ({
    items: [
      { id: 'graces', role: 'editor' },
      { id: 'adas', role: 'owner' },
    ],
  })
  answers['GET /v1/workspace/members'] = () => ({
    items: [{ user_id: 'grace', name: 'Grace', role: 'owner' }],
  })
  show(
    <>
      <Workspaces beside />
      <WorkspaceList onClose={() => undefined} />
    </>,
  )
  await press(/^Workspace:\s*Your own workspace/)
  expect(opened.get()).toEqual({ name: 'workspaces' })
  const own = await button(/^Your own workspace/)
  expect(own.getAttribute('aria-current')).toBe('true')
  await press(/^Workspace of Grace/)
  expect(enter).toHaveBeenCalledWith('graces')
})

test('who may only look is told so, and has nothing to press', async () => {
  role = 'viewer'
  show(
    <>
      <Workspaces />
      <Goals rows={[{ id: 'g', title: 'Run' }]} logs={[]} day="2026-11-25" isToday />
    </>,
  )
  expect((await screen.findByRole('note')).textContent).toBe(
    'You may look at everything here, and not change it.',
  )
  expect(screen.queryByRole('button', { name: 'Log on Run' })).toBeNull()
  screen.getByRole('img', { name: /^The last seven days/ })
  cleanup()
  // As which one is here, is not known yet.
  isKnown = false
  show(<Workspaces />)
  expect(screen.queryByRole('note')).toBeNull()
})

const happened = (type: string, more = {}): Happening => ({
  id: type,
  position: 'h-0-1',
  type,
  subject: 'workspace',
  subject_id: 'adas',
  version: 1,
  actor: 'ada',
  by_system: false,
  recorded_at: '2026-11-25T08:00:00Z',
  local_day: '2026-11-25',
  changes: [],
  ...more,
})
const members = (before: object, after: object) => ({ changes: [{ field: 'members', before, after }] })

test('history says who did what, and to whom', async () => {
  const joined = {
    ...members({ ada: 'owner' }, { ada: 'owner', grace: 'editor' }),
    actor: 'grace',
    invited_by: 'ada',
  }
  show(
    <ul>
      <HistoryLine item={happened('GoalCreated', { actor: 'grace' })} title={undefined} />
      <HistoryLine item={happened('MemberAdded', joined)} title={undefined} />
      <HistoryLine item={happened('MemberRemoved', members({ lin: 'viewer' }, {}))} title={undefined} />
      <HistoryLine item={happened('GoalArchived', { actor: 'lin' })} title={undefined} />
    </ul>,
  )
  await screen.findByText('by Grace')
  await screen.findByText('Grace joined as Editor, invited by Ada')
  await screen.findByText('Somebody who has left was removed')
  await screen.findByText('by somebody who has left')
})

test('an editor takes back what happened to goals, and not what happened to the workspace', () => {
  const list = () => (
    <ul>
      <HistoryLine item={happened('WorkspaceRenamed')} title={undefined} />
      <HistoryLine item={happened('GoalCreated', { subject: 'goal' })} title={undefined} />
    </ul>
  )
  const undoes = () => screen.queryAllByRole('button').map((one) => one.getAttribute('aria-label'))
  show(list())
  expect(undoes()).toHaveLength(2)
  cleanup()
  role = 'editor'
  show(list())
  expect(undoes()).toEqual(['Undo: Goal created'])
  cleanup()
  role = 'viewer'
  show(list())
  expect(undoes()).toEqual([])
})

test('an owner takes back a change of role, and that somebody was let in once that is confirmed', async () => {
  const at = (type: string, position: string) => (
    <HistoryLine item={happened(type, { position })} title={undefined} />
  )
  show(
    <ul>
      {at('MemberAdded', 'h-0-1')}
      {at('MemberRoleChanged', 'h-0-2')}
      {at('MemberRemoved', 'h-0-3')}
    </ul>,
  )
  const undoes = screen.getAllByRole('button').map((one) => one.getAttribute('aria-label'))
  expect(undoes).toEqual(['Undo: Member joined', 'Undo: Role changed'])
  await press('Undo: Role changed')
  await expect.poll(() => asked).toEqual(['POST /v1/history/h-0-2/undo'])
  await press('Undo: Member joined')
  await screen.findByText('They no longer see anything here. What they did stays.')
  expect(asked).toHaveLength(1)
  await userEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Undo' }))
  await expect.poll(() => asked.at(-1)).toBe('POST /v1/history/h-0-1/undo')
})

test('what is done at once is taken back from where it is told, if it changed anything', async () => {
  let changed = true
  answers['PATCH /v1/workspace/members/grace'] = () => ({ id: 'adas', position: 'h-0-9', changed })
  show(
    <>
      <Members />
      <Toasts>{null}</Toasts>
    </>,
  )
  const role = await screen.findByLabelText('What Grace may do')
  await userEvent.selectOptions(role, 'viewer')
  await screen.findByText('Changed: Grace is Viewer now')
  await press('Undo')
  await screen.findByText('Taken back: Role changed · Grace')
  await expect.poll(() => asked.at(-1)).toBe('POST /v1/history/h-0-9/undo')
  changed = false
  await userEvent.selectOptions(role, 'owner')
  await screen.findByText('Changed: Grace is Owner now')
  expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
})

test('an owner changes roles, removes members, and invites by a link that is told once', async () => {
  answers['POST /v1/workspace/invitations'] = () =>
    Response.json(
      { id: 'i', role: 'editor', code: 'c0de', made_by: 'ada', made_at: '', expires_at: '' },
      { status: 201 },
    )
  const copied = vi.fn(async () => undefined)
  show(<Members />)
  const person = userEvent.setup()
  Object.defineProperty(navigator, 'clipboard', { value: { writeText: copied }, configurable: true })
  await person.selectOptions(await screen.findByLabelText('What Grace may do'), 'viewer')
  expect(screen.queryByLabelText('What Ada may do'), 'not their own').toBeNull()
  await person.click(await button('Remove Grace'))
  await person.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Remove' }))
  await person.click(await button('Make a link'))
  const link = await screen.findByLabelText<HTMLInputElement>('The link')
  expect(link.value).toBe(`${location.origin}/join#c0de`)
  await person.click(await button('Copy link'))
  await screen.findByText('Link copied')
  expect(copied).toHaveBeenCalledWith(link.value)
  expect(asked).toEqual([
    'PATCH /v1/workspace/members/grace {"role":"viewer"}',
    'DELETE /v1/workspace/members/grace',
    'POST /v1/workspace/invitations {"role":"editor"}',
  ])
})

test('the focus stays with the members while they change', async () => {
  answers['GET /v1/workspace/members'] = () => ({
    items: [...MEMBERS, LIN],
  })
  let answer: (told: Response) => void = () => undefined
  answers['PATCH /v1/workspace/members/grace'] = () =>
    new Promise<Response>((resolve) => {
      answer = resolve
    })
  show(<Members />)
  const select = await screen.findByLabelText<HTMLSelectElement>('What Grace may do')
  await userEvent.selectOptions(select, 'viewer')
  await expect.poll(() => select.ariaDisabled).toBe('true')
  await userEvent.selectOptions(select, 'owner')
  expect([select.disabled, select.value, asked.length]).toEqual([false, 'editor', 1])
  answer(Response.json({ position: 'h-0-1' }))
  await expect.poll(() => select.ariaDisabled).toBe('false')

  answers['DELETE /v1/workspace/members/grace'] = () => {
    answers['GET /v1/workspace/members'] = () => ({ items: [MEMBERS[0], LIN] })
    return { position: 'h-0-2' }
  }
  await press('Remove Grace')
  await press('Remove')
  await expect.poll(() => screen.queryByText('Grace')).toBeNull()
  expect(document.activeElement).toBe(await button('Remove Lin'))
})

test('the focus stays with the invitations while they come and go', async () => {
  const invitation = (id: string) => ({
    id,
    role: 'viewer',
    made_by: 'ada',
    made_at: '',
    expires_at: OFFER.expires_at,
  })
  const open = (...ids: string[]) => {
    answers['GET /v1/workspace/invitations'] = () => ({ items: ids.map(invitation) })
  }
  open('i', 'j')
  show(<Members />)
  const [first, second] = await screen.findAllByRole<HTMLButtonElement>('button', { name: /^Revoke/ })
  let answer: (told: object) => void = () => undefined
  answers['DELETE /v1/workspace/invitations/i'] = () =>
    new Promise((resolve) => {
      answer = resolve
    })
  await userEvent.click(first as HTMLElement)
  await expect.poll(() => second?.ariaDisabled).toBe('true')
  expect([second?.disabled, document.activeElement]).toEqual([false, second])
  open('j')
  answer({})
  await expect.poll(() => first?.isConnected).toBe(false)
  expect(document.activeElement).toBe(second)
  answers['POST /v1/workspace/invitations'] = () => new Promise(() => undefined)
  const make = await button('Make a link')
  await userEvent.click(make)
  await expect.poll(() => make.ariaDisabled).toBe('true')
  await userEvent.keyboard('{Enter}')
  expect([make.matches(':disabled'), document.activeElement]).toEqual([false, make])
  expect(asked.filter((what) => what.startsWith('POST'))).toHaveLength(1)
})

test('who is no owner only sees who belongs there, and may leave what is not their own', async () => {
  signedIn.set({ user: 'grace', workspace: 'graces' })
  choose('adas')
  role = 'editor'
  show(<Members />)
  await screen.findByText('Grace')
  expect(screen.queryByRole('combobox')).toBeNull()
  expect(screen.queryByRole('button', { name: 'Make a link' })).toBeNull()
  await press('Leave this workspace')
  await press('Leave')
  await expect.poll(() => vi.mocked(enter).mock.calls).toEqual([[OWN]])
  expect(asked).toEqual(['DELETE /v1/workspace/members/grace'])
})

test('an invitation says by whom, to what and as what; accepted, the workspace is opened', async () => {
  remember('join', 'c0de', true)
  answers['POST /v1/invitations/look'] = () => OFFER
  answers['POST /v1/invitations/accept'] = () => ({
    id: 'adas',
    version: 2,
    position: 'h-2-9',
    changed: true,
  })
  show(<Offer code="c0de" />)
  await screen.findByText('Ada invites you.')
  for (const text of ['Ours', 'Editor', 'Logs, and changes goals']) screen.getByText(text)
  await press('Accept')
  await expect.poll(() => vi.mocked(enter).mock.calls).toEqual([['adas']])
  expect(asked).toEqual([
    'POST /v1/invitations/look {"code":"c0de"}',
    'POST /v1/invitations/accept {"code":"c0de"}',
  ])
  expect(recall('join', true)).toBeUndefined()
})

test('an invitation is declined by leaving it', async () => {
  remember('join', 'c0de', true)
  answers['POST /v1/invitations/look'] = () => OFFER
  show(<Offer code="c0de" />)
  await press('Decline')
  expect(recall('join', true)).toBeUndefined()
  expect(navigate).toHaveBeenCalledWith({ to: '/' })
  expect(asked).toHaveLength(1)
})

test('an invitation that is none says what to do, and so does one to where one is already', async () => {
  answers['POST /v1/invitations/look'] = () => problem(404, 'not-found')
  const { unmount } = show(<Offer code="used" />)
  await screen.findByText(/Ask whoever sent it to you for a new one\.$/)
  unmount()
  answers['POST /v1/invitations/look'] = () => ({ ...OFFER, is_member: true })
  show(<Offer code="mine" />)
  await screen.findByText('There is nothing to accept: Ours is open to you.')
  await press('Open the workspace')
  expect(enter).toHaveBeenCalledWith('adas')
  cleanup()
  show(<Offer code={undefined} />)
  await screen.findByText('There is no invitation here')
})

test('who signs in by a link comes back to it, and never goes elsewhere', () => {
  expect(['/join', '/goals?show=archived', undefined].map(whereTo)).toEqual([
    '/join',
    '/goals?show=archived',
    '/',
  ])
  expect(['//elsewhere.example', 'https://elsewhere.example'].map(whereTo)).toEqual(['/', '/'])
  expect([isInvited('/join'), isInvited('/goals')]).toEqual([true, false])
})

test('what was refused elsewhere is none of what did not arrive where one was removed', async () => {
  const refused = (workspace: string) => ({ workspace, state: 'refused' }) as Entry
  entries.set([refused('lins')])
  show(<Dialogs open={{ name: 'left', id: 'adas', called: 'Ours' }} />)
  const text = () => screen.getByText(/Ours/).textContent
  expect(text()).not.toContain('not sent there yet')
  act(() => entries.set([refused('lins'), refused('adas')]))
  expect(text()).toContain('not sent there yet')
})

test('who is told that there is nothing, and is a member, stays; who is not goes home, and hears of it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const went = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  signedIn.set({ user: 'grace', workspace: 'graces' })
  choose('adas')
  const { ProblemError } = await import('~/api/problem')
  const nothing = new ProblemError(
    { type: '', title: '', status: 404, detail: '', code: 'not-found' },
    undefined,
  )
  const look = async () => {
    const looked = lookAfter(nothing)
    await vi.advanceTimersByTimeAsync(2_000)
    await looked
  }
  await look()
  expect(recall('left', true)).toBeUndefined()
  // A proxy's page says nothing about members.
  answers['GET /v1/workspace/members'] = () => new Response('no such page', { status: 404 })
  await look()
  expect(recall('left', true)).toBeUndefined()
  answers['GET /v1/workspace/members'] = () => problem(404, 'not-found')
  await look()
  vi.useRealTimers()
  await expect.poll(() => recall('left', true)).toEqual({ id: 'adas' })
  sayWhatWasLeft()
  expect(opened.get()).toEqual({ name: 'left', id: 'adas' })
  expect(recall('left', true), 'once').toBeUndefined()
  went.mockRestore()
})
