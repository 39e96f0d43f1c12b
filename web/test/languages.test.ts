import { expect, test, vi } from 'vitest'
import { recall, remember } from '~/lib/remember'

/** What each part of the German texts waits for, or fails of, before it is there. */
const first = vi.fn<() => Promise<void>>()
const aside = vi.fn<() => Promise<void>>()

vi.mock('~/i18n/de', async (original) => {
  await first()
  return original()
})
vi.mock('~/i18n/de.aside', async (original) => {
  await aside()
  return original()
})

/** The texts, as when the app begins. */
async function begin() {
  vi.resetModules()
  const texts = await import('~/i18n')
  await texts.beginTexts()
  return texts
}

test('a language that cannot be had at the beginning gives way to English, and can be had later', async () => {
  remember('language', 'de')
  first.mockRejectedValueOnce(new Error('no network'))
  const { speak, language, t } = await begin()
  expect(first).toHaveBeenCalledOnce()
  expect([language(), t('nav.today')]).toEqual(['en', 'Today'])
  expect(recall('language'), 'it is wanted all the same').toBe('de')
  await speak('de')
  expect(t('nav.today')).toBe('Heute')
})

test('of two languages chosen one after the other, the last is spoken, also where the first comes later', async () => {
  let come: () => void = () => undefined
  aside.mockImplementation(() => new Promise((resolve) => (come = resolve)))
  const { speak, language } = await begin()
  const slow = speak('de')
  await vi.waitFor(() => expect(aside).toHaveBeenCalled())
  await speak('en')
  come()
  await slow
  expect(language()).toBe('en')
  expect(recall('language')).toBe('en')
})
