import { QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { cache, renewAnswers } from '~/data/cache'

test('what happens while a first answer is on its way is asked for when it is there', async () => {
  const answer: ((text: string) => void)[] = []
  const queryFn = () => new Promise<string>((resolve) => answer.push(resolve))
  const seen = new QueryObserver(cache, { queryKey: ['dashboard'], queryFn })
  const leave = seen.subscribe(() => undefined)
  renewAnswers('dashboard')
  expect(answer.length).toBe(1)
  answer[0]?.('from before')
  await expect.poll(() => answer.length).toBe(2)
  answer[1]?.('with it')
  await expect.poll(() => seen.getCurrentResult().data).toBe('with it')
  leave()
})
