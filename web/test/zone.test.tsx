import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CalendarSettings } from '~/api/types'
import { recall, remember } from '~/lib/remember'
import { act } from '~/outbox/act'
import ZoneNotice from '~/pages/today/zone-notice'

let zone: string
let upcoming: { from: string; calendar: CalendarSettings } | undefined
let role: string
const calendar = () => ({ zone, week_start: 'sunday' as const, day_start_minute: 60 })

vi.mock('~/outbox/act', () => ({ act: vi.fn() }))
vi.mock('~/data/use', () => ({
  useMe: () => ({ me: { workspace: { role, calendar: calendar(), upcoming } } }),
}))

beforeEach(() => {
  const { resolvedOptions } = Intl.DateTimeFormat.prototype
  vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockImplementation(function (
    this: Intl.DateTimeFormat,
  ) {
    return { ...resolvedOptions.call(this), timeZone: 'America/New_York' }
  })
  zone = 'Europe/Berlin'
  upcoming = undefined
  role = 'owner'
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.clearAllMocks()
})

const notice = () => screen.queryByRole('note')
const show = () =>
  render(
    <main id="main" tabIndex={-1}>
      <ZoneNotice />
      <a href="/goal">Run</a>
    </main>,
  )
const press = (name: string) => userEvent.click(screen.getByRole('button', { name }))

test('where the device is elsewhere than its days, they are moved there by a press', async () => {
  show()
  expect(notice()?.textContent).toContain(
    'Days here are counted in Europe/Berlin, and this device is in America/New York.',
  )
  await press('Use it')
  const was = calendar()
  const body = { ...was, zone: 'America/New_York' }
  expect(act).toHaveBeenCalledWith({ kind: 'setCalendar', body, was })
  expect(notice(), 'though the answer is not there').toBeNull()
  expect(document.activeElement?.textContent).toBe('Run')
})

test('who does not want it is not asked again in that zone, but in the next', async () => {
  const { unmount } = show()
  await press('Not now')
  expect([notice(), recall('zone')]).toEqual([null, 'America/New_York'])
  expect(act).not.toHaveBeenCalled()
  unmount()
  show()
  expect(notice()).toBeNull()
  cleanup()
  remember('zone', 'Asia/Tokyo')
  show()
  expect(notice()).not.toBeNull()
})

test('nothing is said where clocks show the same, where it is chosen already, nor to who cannot change it', () => {
  zone = 'America/Toronto'
  show()
  expect(notice()).toBeNull()
  cleanup()
  zone = 'Europe/Berlin'
  upcoming = { from: '2026-11-26', calendar: { ...calendar(), zone: 'America/New_York' } }
  show()
  expect(notice()).toBeNull()
  cleanup()
  upcoming = undefined
  role = 'editor'
  show()
  expect(notice()).toBeNull()
  cleanup()
  role = 'owner'
  zone = 'Mars/Olympus'
  show()
  expect(notice(), 'a zone that the browser does not know').toBeNull()
})
