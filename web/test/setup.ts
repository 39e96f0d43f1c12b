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

beforeAll(() => beginTexts().then(allTexts))
afterEach(() => localStorage.clear())
