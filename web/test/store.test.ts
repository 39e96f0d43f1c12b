import { forceCloseDatabase } from 'fake-indexeddb'
import { unwrap } from 'idb'
import { afterEach, expect, test, vi } from 'vitest'
import { signedIn } from '~/api/session'
import { cache } from '~/data/cache'
import { forgetAll, forgetPerson } from '~/data/forget'
import { forgetKept } from '~/data/membership'
import { database, entriesOf } from '~/outbox/store'

afterEach(() => vi.restoreAllMocks())

test('a database that the browser closed is opened anew', async () => {
  forceCloseDatabase(unwrap(await database()) as never)
  await expect.poll(() => entriesOf('u').catch(() => 'closed')).toEqual([])
})

test('without storage all is forgotten that can be, and what comes after goes on', async () => {
  forceCloseDatabase(unwrap(await database()) as never)
  await expect.poll(() => entriesOf('u').catch(() => 'closed')).toEqual([])
  forceCloseDatabase(unwrap(await database()) as never)
  const opening = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('', 'SecurityError')
  })
  await expect.poll(() => database().catch(() => 'none')).toBe('none')
  // Who is removed, or erases all of it, is not held up either.
  for (const forget of [forgetAll, forgetKept, forgetPerson]) {
    signedIn.set({ user: 'u', workspace: 'w' })
    cache.setQueryData(['me'], 'known')
    await forget()
    expect(cache.getQueryData(['me'])).toBeUndefined()
  }
  opening.mockRestore()
  expect(await entriesOf('u')).toEqual([])
})
