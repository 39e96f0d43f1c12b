// axe finds nothing serious on any page, in both themes, on the phone and on the desk; the files are served as they should be.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { startFront } from './front.mjs'
import { installed, offline, startWorld, today } from './world.mjs'

const AXE = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')
const SERIOUS = ['serious', 'critical']

let world
let ada
/** The code of an invitation that is open. */
let code

before(async () => {
  world = await startWorld()
  ada = await world.person({ goals: ['Play the piano', 'Run along the river', 'Swim'] })
  for (let ago = 0; ago < 40; ago += 3) {
    await ada.api('POST', '/v1/daily-logs', {
      goal_id: ada.goals[ago % 2],
      minutes: 10 + ago,
      day: today(ago),
      text: 'A few bars',
    })
  }
  await ada.api('PATCH', `/v1/goals/${ada.goals[0]}`, {
    total_minutes: 6_000,
    target_date: '2030-01-01',
    description: 'Slowly.',
  })
  const invitation = async () => {
    const { api, context } = await world.person()
    const made = await api('POST', '/v1/workspace/invitations', { role: 'viewer' })
    await context.close()
    return made.code
  }
  // Who belongs to several workspaces has the way from one to another on every page.
  await ada.api('POST', '/v1/invitations/accept', { code: await invitation() })
  code = await invitation()
  // Something that was refused stays in sight on every page.
  await offline(ada.page)
  await ada.page.getByRole('button', { name: 'Log on Swim' }).click()
  await ada.page.getByRole('button', { name: 'Log 30 min', exact: true }).click()
  await ada.api('POST', `/v1/goals/${ada.goals[2]}/archive`)
  await ada.context.setOffline(false)
  await ada.page.getByRole('button', { name: '1 change was refused' }).waitFor()
})

after(async () => {
  await world?.stop()
})

/** What axe finds on the page as it stays: what changes under axe's eyes is looked at again. */
async function serious(page) {
  await settled(page)
  const found = await look(page)
  if (found.length === 0) return found
  await settled(page)
  return look(page)
}

/** Waits until what has just changed, be it the theme or what may be pressed, looks so. */
const settled = (page) =>
  page.evaluate(async () => {
    await new Promise(requestAnimationFrame)
    const fading = document.getAnimations().filter((one) => one instanceof CSSTransition)
    await Promise.allSettled(fading.map(({ finished }) => finished))
  })

async function look(page) {
  // From the test, not from the page: the policy of the page allows no script of ours.
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ['violations'] }),
  )
  const bad = violations.filter(({ impact }) => SERIOUS.includes(impact))
  return bad.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join('; ')}`,
  )
}

const PAGES = [
  ['today', () => '/', (page) => page.getByRole('button', { name: 'Log on Play the piano' }).click()],
  ['goals', () => '/goals', (page) => page.getByText('Play the piano').waitFor()],
  [
    'the archive',
    () => '/goals?show=archived',
    (page) => page.getByRole('button', { name: 'Restore: Swim' }).waitFor(),
  ],
  ['goals that are looked for', () => '/goals?find=pianist', (page) => page.getByRole('searchbox').waitFor()],
  [
    'a pause of all goals',
    () => '/goals',
    async (page) => {
      await page.getByRole('button', { name: 'Pause all…' }).click()
      await page.getByRole('dialog').waitFor()
    },
  ],
  ['a goal', () => `/goals/${ada.goals[0]}`, (page) => page.getByRole('gridcell').first().waitFor()],
  [
    'a goal as tables',
    () => `/goals/${ada.goals[0]}`,
    async (page) => {
      await page.getByRole('gridcell').first().waitFor()
      for (const button of await page.getByRole('button', { name: 'Show as table' }).all())
        await button.click()
    },
  ],
  [
    'a new goal',
    () => '/goals',
    async (page) => {
      await page.getByRole('button', { name: 'New goal' }).click()
      await page.getByRole('dialog').waitFor()
    },
  ],
  [
    'history',
    () => '/history',
    async (page) => {
      await page.getByRole('button', { name: 'Filters' }).click()
      await page.getByRole('listitem').filter({ hasText: 'Goal created' }).first().waitFor()
    },
  ],
  [
    'weeks',
    () => '/weeks',
    async (page) => {
      await page.getByText('running').click()
      await page.getByRole('row').first().waitFor()
    },
  ],
  [
    'the schedule of a goal',
    () => `/goals/${ada.goals[0]}`,
    async (page) => {
      await page.getByRole('button', { name: 'Change schedule' }).click()
      await page.getByRole('dialog').waitFor()
    },
  ],
  ['the past', () => `/?past=${new Date().toISOString()}`, (page) => page.getByText('Back to now').waitFor()],
  [
    'what was refused',
    () => '/',
    async (page) => {
      await page.getByRole('button', { name: '1 change was refused' }).click()
      await page.getByRole('dialog').getByText('The goal is archived. Restore it first.').waitFor()
    },
  ],
  ['settings', () => '/settings', (page) => page.getByText('This device').waitFor()],
  [
    'the workspaces to choose from',
    () => '/',
    async (page) => {
      await page.getByRole('button', { name: /^Workspace:/ }).click()
      await page.getByRole('dialog').getByText('A shared workspace').waitFor()
    },
  ],
  [
    'the members, and a link',
    () => '/members',
    async (page) => {
      await page.getByRole('button', { name: 'Make a link' }).click()
      await page.getByLabel('The link').waitFor()
      // Until the open ones are listed anew, no other is made.
      await page.getByRole('button', { name: 'Make a link', disabled: false }).waitFor()
    },
  ],
  ['an invitation', () => `/join#${code}`, (page) => page.getByText('Somebody invites you.').waitFor()],
  [
    'no such goal',
    () => '/goals/01990000-0000-7000-8000-000000000000',
    (page) => page.getByText('There is no such goal').waitFor(),
  ],
]

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious, ${colorScheme}`, { timeout: 480_000 }, async (t) => {
    const page = ada.page
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const viewport of [world.PHONE, { width: 1280, height: 860 }]) {
      await page.setViewportSize(viewport)
      for (const [name, path, arrive] of PAGES) {
        await t.test(`${name} at ${viewport.width}`, async () => {
          await page.goto(path())
          await arrive(page)
          assert.deepEqual(await serious(page), [])
        })
      }
    }
    const stranger = await world.device({ colorScheme, viewport: world.PHONE })
    for (const path of ['/sign-in', '/register']) {
      await t.test(`${path}`, async () => {
        const outside = await stranger.newPage()
        await outside.goto(path)
        await outside.getByRole('heading', { level: 1 }).waitFor()
        assert.deepEqual(await serious(outside), [])
        await outside.close()
      })
    }
    await stranger.close()
  })
}

test('axe finds nothing serious in what comes unasked', { timeout: 240_000 }, async () => {
  const front = await startFront(world.url)
  const { page, context } = await world.person({ baseURL: front.url })
  /** In both themes, on the phone and on the desk. */
  async function lookAt(what) {
    for (const colorScheme of ['light', 'dark'])
      for (const viewport of [world.PHONE, { width: 1280, height: 860 }]) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize(viewport)
        assert.deepEqual(await serious(page), [], `${what}, ${colorScheme} at ${viewport.width}`)
      }
  }
  await installed(page)
  await page.reload()
  front.deploy()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  await page.getByText('A new version is ready').waitFor()
  await lookAt('a new build is offered')
  await page.getByRole('button', { name: 'Later' }).click()
  await context.clearCookies()
  await page.getByRole('link', { name: 'Weeks' }).click()
  await page.getByRole('dialog', { name: 'Please sign in again' }).waitFor()
  await lookAt('the session has ended')
  await context.close()
  await front.stop()
})

test('files are served packed and kept as long as they may be, pages under the strict policy', async () => {
  const page = await fetch(`${world.url}/goals`)
  assert.equal(page.headers.get('cache-control'), 'no-cache')
  assert.match(page.headers.get('content-security-policy'), /^default-src 'self'; /)
  assert.doesNotMatch(page.headers.get('content-security-policy'), /unsafe/)
  const html = await page.text()
  const [script] = /\/assets\/index-[^"]+\.js/.exec(html)
  const asset = await fetch(world.url + script, { headers: { 'accept-encoding': 'br' } })
  assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(asset.headers.get('content-encoding'), 'br')
  const again = await fetch(`${world.url}/sw.js`, {
    headers: { 'if-none-match': (await fetch(`${world.url}/sw.js`)).headers.get('etag') },
  })
  assert.equal(again.status, 304)
  assert.equal((await fetch(`${world.url}/assets/gone.js`)).status, 404)
  assert.equal((await fetch(`${world.url}/nowhere`)).headers.get('content-type'), 'application/problem+json')
})

test('the app can be installed', async () => {
  const told = await (await fetch(`${world.url}/manifest.webmanifest`)).json()
  assert.equal(told.display, 'standalone')
  for (const { src } of told.icons) assert.equal((await fetch(world.url + src)).status, 200, src)
  const session = await ada.context.newCDPSession(ada.page)
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors')
  assert.deepEqual(
    installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
    [],
  )
})
