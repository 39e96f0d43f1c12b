import { QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import type { ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { expired, signedIn } from '~/api/session'
import type { Me } from '~/api/types'
import { cache } from '~/data/cache'
import { recall, remember } from '~/lib/remember'
import { entries } from '~/outbox'
import Below from '~/pages/settings/below'
import { SignOut } from '~/pages/settings/leave'
import Expired from '~/shell/expired'
import { opened } from '~/shell/opened'
import { say, Toasts } from '~/ui/toast'

vi.mock('~/data/use', () => ({ useRole: () => 'owner', useMe: () => ({ me: undefined }) }))
vi.mock('@tanstack/react-router', () => ({ Link: 'a', useNavigate: () => vi.fn() }))

const ADA = { user: 'ada', workspace: 'adas' }
const CALENDAR = { zone: 'Europe/Berlin', week_start: 'monday' as const, day_start_minute: 0 }

/** What was asked for that changes something. */
let asked: string[]
let answers: Record<string, object>

beforeEach(() => {
  asked = []
  answers = { 'GET /v1/sessions': { items: [] } }
  vi.stubGlobal('fetch', async (told: Request | string, init?: RequestInit) => {
    const { method, url } = typeof told === 'string' ? { method: init?.method, url: told } : told
    const what = `${method} ${new URL(url, location.origin).pathname}`
    if (method !== 'GET') asked.push(what)
    return Response.json(answers[what] ?? { items: [], position: 'h-0-1' })
  })
  remember('session', ADA)
  signedIn.set(ADA)
})
afterEach(() => {
  cleanup()
  cache.clear()
  entries.set([])
  expired.set(false)
  signedIn.set(undefined)
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const inApp = (page: ReactNode) => <QueryClientProvider client={cache}>{page}</QueryClientProvider>
const below = (name: string | null, calendar: object = {}) => {
  const workspace = { name, calendar: { ...CALENDAR, ...calendar } }
  return inApp(<Below me={{ email: 'ada@example.org', workspace } as unknown as Me} />)
}
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label)

test('what is typed stays where it is, with the focus, though somebody else changes the workspace', async () => {
  const { rerender } = render(below('Ours'))
  const [name, dayStart] = [field('Name of the workspace'), field('Day begins at')]
  await userEvent.selectOptions(dayStart, '120')
  await userEvent.type(name, '!')
  rerender(below('Theirs', { week_start: 'sunday' }))
  expect(field('Name of the workspace')).toBe(name)
  expect([name.value, dayStart.value, field('Week begins on').value]).toEqual(['Ours!', '120', 'sunday'])
  expect(document.activeElement).toBe(name)
  // Saved, it is what there is, and follows it from then on.
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => asked).toEqual(['PUT /v1/workspace/name'])
  expect(name.value).toBe('Ours!')
  rerender(below('Ours!'))
  rerender(below('Hers'))
  expect([name.value, document.activeElement]).toEqual(['Hers', name])
})

test('who saves the calendar keeps the focus', async () => {
  const { rerender } = render(below('Ours'))
  await userEvent.selectOptions(field('Day begins at'), '120')
  const save = screen.getAllByRole('button', { name: 'Save' })[1]
  if (save) await userEvent.click(save)
  expect(entries.get().map(({ command }) => command.kind)).toEqual(['setCalendar'])
  rerender(below('Ours', { day_start_minute: 120 }))
  expect(document.activeElement).toBe(save)
  expect(save?.ariaDisabled).toBe('true')
})

const session = (id: string) => ({
  id,
  device: `Device ${id}`,
  current: id === 'a',
  last_used_at: '2026-11-25T08:00:00Z',
})
/** So many are signed in from now on. */
const signedInAt = (...ids: string[]) => {
  answers['GET /v1/sessions'] = { items: ids.map(session) }
}

test('who signs out elsewhere goes on from there, down to the last', async () => {
  signedInAt('a', 'b', 'c')
  render(below('Ours'))
  await screen.findByText('Device c')
  signedInAt('a', 'c')
  await userEvent.click(screen.getByRole('button', { name: 'Sign out there: Device b' }))
  await expect.poll(() => screen.queryByText('Device b')).toBeNull()
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Sign out there: Device c' }))
  signedInAt('a')
  await userEvent.keyboard('{Enter}')
  await expect.poll(() => screen.queryByText('Device c')).toBeNull()
  const others = screen.getByRole('button', { name: 'Sign out everywhere else' })
  expect([document.activeElement, others.ariaDisabled]).toEqual([others, 'true'])
  await userEvent.keyboard('{Enter}')
  expect(asked.filter((what) => what.includes('sessions'))).toEqual([
    'DELETE /v1/sessions/b',
    'DELETE /v1/sessions/c',
  ])
})

test('who signs out everywhere else keeps the focus', async () => {
  signedInAt('a', 'b')
  render(below('Ours'))
  const others = await screen.findByRole('button', { name: 'Sign out everywhere else' })
  signedInAt('a')
  await userEvent.click(others)
  await expect.poll(() => screen.queryByText('Device b')).toBeNull()
  expect([document.activeElement, others.ariaDisabled]).toEqual([others, 'true'])
})

test('what is on its way is not asked for twice, and its button keeps the focus', async () => {
  render(below('Ours'))
  vi.stubGlobal('fetch', (told: Request) => {
    asked.push(`${told.method} ${new URL(told.url).pathname}`)
    return new Promise(() => undefined)
  })
  /** A pressed button that is told to be off, and not `disabled`: browsers take the focus from those. */
  const pressedTwice = async (name: string) => {
    const button = screen.getByRole<HTMLButtonElement>('button', { name })
    await userEvent.click(button)
    await expect.poll(() => button.ariaDisabled).toBe('true')
    await userEvent.keyboard('{Enter}')
    expect([button.disabled, document.activeElement]).toEqual([false, button])
  }
  await pressedTwice('Export everything')
  await userEvent.type(field('New e-mail address'), 'lovelace@example.org')
  await userEvent.type(field('Your password'), 'a fine secret{Enter}')
  await pressedTwice('Change address')
  expect(asked).toEqual(['GET /v1/me', 'PUT /v1/me/address'])
})

test('a new name of the workspace is taken back from where it is told', async () => {
  answers['PUT /v1/workspace/name'] = { id: 'adas', position: 'h-0-9', changed: true }
  render(
    inApp(
      <>
        {below('Ours')}
        <Toasts>{null}</Toasts>
      </>,
    ),
  )
  await userEvent.type(field('Name of the workspace'), '!{Enter}')
  await userEvent.click(await screen.findByRole('button', { name: 'Undo' }))
  await expect.poll(() => asked).toEqual(['PUT /v1/workspace/name', 'POST /v1/history/h-0-9/undo'])
})

test('who signs out leaves neither words nor a dialog behind', async () => {
  render(
    inApp(
      <>
        <SignOut />
        <Toasts>{null}</Toasts>
      </>,
    ),
  )
  say('Logged 25 min on Run')
  opened.set({ name: 'outbox' })
  await screen.findByText('Logged 25 min on Run')
  await userEvent.click(screen.getByRole('button', { name: 'Sign out' }))
  await expect.poll(() => screen.queryByText('Logged 25 min on Run')).toBeNull()
  expect(opened.get()).toBeUndefined()
})

test('what is here belongs to who signs in where the session of somebody else ended', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  remember('owner', 'ada')
  answers['POST /v1/sessions'] = { user_id: 'grace', workspace_id: 'graces' }
  render(inApp(<Expired />))
  await userEvent.type(field('E-mail address'), 'grace@example.org')
  await userEvent.type(field('Password'), 'a fine secret')
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  await expect.poll(() => recall('owner')).toBe('grace')
})
