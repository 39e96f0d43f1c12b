import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test } from 'vitest'
import { cache, renewAnswers } from '~/data/cache'
import { goLive } from '~/data/live'

afterEach(() => cache.clear())

/** A question whose answers the test gives, in the order they were asked for. */
function question() {
  const answers: ((text: string) => void)[] = []
  const queryKey = ['dashboard']
  const queryFn = () => new Promise<string>((resolve) => answers.push(resolve))
  return { queryKey, queryFn, answers }
}

test('what happens while a first answer is on its way is asked for when it is there', async () => {
  const { answers, ...options } = question()
  const seen = new QueryObserver(cache, options)
  const leave = seen.subscribe(() => undefined)
  renewAnswers('dashboard')
  expect(answers.length).toBe(1)
  answers[0]?.('from before')
  await expect.poll(() => answers.length).toBe(2)
  answers[1]?.('with it')
  await expect.poll(() => seen.getCurrentResult().data).toBe('with it')
  leave()
})

test('what happens while an answer is fetched ahead makes it stale when it is there', async () => {
  const { answers, ...options } = question()
  cache.setQueryData(options.queryKey, 'known')
  const fetched = cache.fetchQuery({ ...options, staleTime: 0 })
  renewAnswers('dashboard')
  answers[0]?.('from before')
  await fetched
  await expect.poll(() => cache.getQueryState(options.queryKey)?.isInvalidated).toBe(true)
})

test('an answer on its way to somebody who looks at an older one is replaced, and not asked for twice', async () => {
  const { answers, ...options } = question()
  cache.setQueryData(options.queryKey, 'older')
  const leave = new QueryObserver(cache, { ...options, staleTime: 0 }).subscribe(() => undefined)
  expect(answers.length).toBe(1)
  renewAnswers('dashboard')
  answers[0]?.('from before')
  answers[1]?.('with it')
  await expect.poll(() => cache.getQueryData(options.queryKey)).toBe('with it')
  expect(answers.length).toBe(2)
  leave()
})

test('what another tab hears while a first answer is on its way is asked for too', async () => {
  const { answers, ...options } = question()
  const leave = new QueryObserver(cache, options).subscribe(() => undefined)
  goLive()
  const other = new BroadcastChannel('momentum')
  other.postMessage({ type: 'happened', name: 'GoalCreated', position: '0-1' })
  await expect.poll(() => cache.getQueryState(options.queryKey)?.isInvalidated).toBe(true)
  answers[0]?.('from before')
  await expect.poll(() => answers.length).toBe(2)
  other.close()
  leave()
})
