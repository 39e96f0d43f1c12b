import 'fake-indexeddb/auto'
import { afterEach, beforeAll } from 'vitest'
import { allTexts, beginTexts } from '~/i18n'

// What browsers have and jsdom has not.
globalThis.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
})) as never
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true
}
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false
}

const held = new Map<string, Promise<unknown>>()
const request = (name: string, work: () => Promise<unknown>) => {
  const done = (held.get(name) ?? Promise.resolve()).then(work, work)
  held.set(name, done)
  return done
}
Object.defineProperty(navigator, 'locks', { value: { request }, configurable: true })

beforeAll(() => beginTexts().then(allTexts))
afterEach(() => localStorage.clear())
