import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  localStorage.clear()
})

/** A tab: what it shares with others is in the storage, the rest is its own. */
async function tab() {
  vi.resetModules()
  return (await import('~/api/position')).position
}

/** What a tab does while its storage still has what was there before the others wrote. */
function behind(work: () => void) {
  const reads = vi.spyOn(Storage.prototype, 'getItem').mockReturnValue(null)
  work()
  reads.mockRestore()
}

test('a tab that hears of an event does not undo what another has settled meanwhile', async () => {
  const [sending, other] = [await tab(), await tab()]
  expect(sending.settle('a')).toBe(1)
  behind(() => other.hear('b'))
  expect(sending.now().settled).toBe(1)
  expect(other.now().settled).toBe(1)
})

test('a tab knows what another has settled as soon as the outbox says so', async () => {
  const [sending, other] = [await tab(), await tab()]
  const settled = sending.settle('a')
  other.learn(settled, 'a')
  behind(() => expect(other.now()).toEqual({ settled: 1, position: 'a' }))
})

test('our own position is asked for until the feed has come by it, but not for ever', async () => {
  vi.useFakeTimers()
  const one = await tab()
  one.hear('before')
  vi.advanceTimersByTime(10)
  one.settle('own')
  vi.advanceTimersByTime(10)
  one.hear('another')
  expect(one.now().position).toBe('own')
  one.hear('own')
  one.hear('after')
  expect(one.now().position).toBe('after')
  one.settle('lost')
  vi.advanceTimersByTime(10)
  one.hear('later')
  vi.advanceTimersByTime(5_000)
  expect(one.now().position).toBe('later')
})

test('without a feed our own position is asked for, however old it is', async () => {
  vi.useFakeTimers()
  const one = await tab()
  one.hear('before')
  vi.advanceTimersByTime(10)
  one.settle('own')
  vi.advanceTimersByTime(60_000)
  expect(one.now()).toEqual({ settled: 1, position: 'own' })
  one.forget()
  expect(one.now()).toEqual({ settled: 1, position: undefined })
})
