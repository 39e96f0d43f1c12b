/** What every browser test begins with: the program, a browser, and people who have registered. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { chromium } from 'playwright-core'
import { CHROMIUM } from './browser.mjs'
import { startServer } from './server.mjs'

export const PASSWORD = 'a fine long secret'
const PHONE = { width: 390, height: 844 }

/** A UUIDv7. */
export function uuid7(now = Date.now()) {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** The day it is where the tests' people live. */
export function today(daysAgo = 0) {
  const day = dayIn(Date.now())
  // Days of their dates, of which some have 23 hours and some have 25.
  return new Date(Date.parse(`${day}T00:00:00Z`) - daysAgo * 86_400_000).toISOString().slice(0, 10)
}

const dayIn = (instant) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' }).format(instant)

/**
 * Waits for the next day where less than five minutes are left of this one: stories reckon with one day from beginning to
 * end, and none may take longer.
 */
async function awayFromMidnight() {
  while (today() !== dayIn(Date.now() + 300_000)) await new Promise((later) => setTimeout(later, 1_000))
}

/** Starts the program and a browser. */
export async function startWorld() {
  const server = await startServer()
  // Left running, it would keep the tests from ending.
  const browser = await chromium.launch(CHROMIUM).catch(async (error) => {
    await server.stop()
    throw error
  })
  const faults = []

  /** A browser profile: what is typed on it, stays on it. */
  async function device(options = {}) {
    const context = await browser.newContext({
      baseURL: server.url,
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1280, height: 860 },
      ...options,
    })
    context.setDefaultTimeout(45_000)
    context.on('page', (page) => {
      page.on('pageerror', (error) =>
        faults.push(`${page.url()}: ${error.name}: ${error.message}\n${error.stack}`),
      )
      page.on('console', (message) => {
        const text = message.text()
        // The browser reports each failed request so; what comes of it is for the tests to say.
        if (message.type() === 'error' && !text.startsWith('Failed to load resource'))
          faults.push(`${page.url()}: said ${text} at ${JSON.stringify(message.location())}`)
      })
      page.on('request', (request) => {
        if (!request.url().startsWith(options.baseURL ?? server.url) && !/^(data|blob):/.test(request.url()))
          faults.push(`asked ${request.url()}`)
      })
    })
    return context
  }

  /** A person, signed in on a device, with these goals. They can also ask the API directly, as the browser does. */
  async function person({ goals = [], ...options } = {}) {
    const context = await device(options)
    const email = `${randomBytes(6).toString('hex')}@example.org`
    const page = await context.newPage()
    await page.goto('/register')
    await page.getByLabel('E-mail address').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
    const api = apiOf(context)
    const ids = []
    for (const title of goals) ids.push((await api('POST', '/v1/goals', { title })).id)
    if (goals.length > 0) await page.getByText(goals.at(-1), { exact: true }).first().waitFor()
    return { context, page, email, api, goals: ids }
  }

  function apiOf(context) {
    return async (method, path, data, headers = {}) => {
      const answer = await context.request.fetch(server.url + path, {
        method,
        headers: { 'idempotency-key': uuid7(), ...headers },
        ...(data && { data }),
      })
      const body = answer.status() === 204 ? undefined : await answer.json()
      if (!answer.ok()) throw new Error(`${method} ${path}: ${JSON.stringify(body)}`)
      return body
    }
  }

  /** Everything a person did, by type. */
  async function events(api, type) {
    return (await api('GET', `/v1/history?limit=500${type ? `&type=${type}` : ''}`)).items
  }

  /** What every open page shows, and what went wrong: for the report of a test that failed. */
  async function look() {
    const pages = browser.contexts().flatMap((context) => context.pages())
    const shown = pages.map(
      async (page) =>
        `${page.url()}: ${await page.locator('body').textContent({ timeout: 1_000 }).catch(String)}`,
    )
    return [...(await Promise.all(shown)), ...faults].join('\n---\n')
  }

  async function stop() {
    await browser.close()
    await server.stop()
  }

  return { url: server.url, device, person, events, faults, look, stop, PHONE }
}

/** Waits until the service worker holds the app, and answers this page. */
export const installed = (page) => page.waitForFunction(() => navigator.serviceWorker.controller)

/** Takes the network away, once the app no longer needs it. */
export async function offline(page) {
  await installed(page)
  await page.context().setOffline(true)
}

/** The stories of a file, told in one world: each ends with a clean console, within the policy, and without a word to anyone else. */
export function stories() {
  let world
  before(async () => {
    world = await startWorld()
  })
  after(async () => {
    await world?.stop()
  })
  // What it takes is not part of a story's time.
  beforeEach(awayFromMidnight)
  return (name, tell) => {
    // A bound on hanging, not on speed: machines that test are noisy.
    test(name, { timeout: 240_000 }, async () => {
      world.faults.length = 0
      try {
        await tell(world)
      } catch (error) {
        error.message += `\n${await world.look()}`
        throw error
      }
      assert.deepEqual(world.faults, [])
    })
  }
}

/** Tries until it holds: for what the server does in its own time. */
export async function until(check, { ms = 40_000 } = {}) {
  const deadline = Date.now() + ms
  for (;;) {
    const last = await check().catch((error) => error)
    if (last === true) return
    if (Date.now() > deadline) throw last instanceof Error ? last : new Error(`still ${JSON.stringify(last)}`)
    await new Promise((later) => setTimeout(later, 50))
  }
}
