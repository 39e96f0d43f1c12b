// A new build of the app: found, offered, put off, taken, and never forced on anyone.
import assert from 'node:assert/strict'
import { MARK, startFront } from './front.mjs'
import { installed, offline, stories, until } from './world.mjs'

const story = stories()

/** A person whose app was opened from its own worker, as on every visit but the first, and a build to come. */
async function visitor(world) {
  const front = await startFront(world.url)
  const { page, context } = await world.person({ goals: ['Run'], baseURL: front.url })
  await installed(page)
  await page.reload()
  const end = async () => {
    await context.close()
    await front.stop()
  }
  return { page, context, front, end }
}

/** Begins to log, and leaves it unfinished. */
async function type(page, text) {
  await page.getByRole('button', { name: 'Log on Run' }).click()
  await page.getByLabel('Note').fill(text)
}

/** Comes back to the app: that is when it looks for a new build. */
const comeBack = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

const offer = (page) => page.getByText('A new version is ready')
const isNext = async (page) => (await page.locator(MARK).count()) > 0

story('a new build is offered, keeps what was typed when put off, and is there when taken', async (world) => {
  const { page, front, end } = await visitor(world)
  await type(page, 'Half a sentence')
  front.deploy()
  await comeBack(page)
  await offer(page).waitFor()
  await page.getByRole('button', { name: 'Later' }).click()
  await offer(page).waitFor({ state: 'detached' })
  const note = page.getByLabel('Note')
  assert.equal(await note.inputValue(), 'Half a sentence')
  assert.ok(await note.evaluate((field) => field === document.activeElement), 'one goes on typing')
  // It waits until it is taken: a reload by hand opens the old one, which offers it again.
  await page.reload()
  await offer(page).waitFor()
  assert.equal(await isNext(page), false)
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.locator(MARK).waitFor({ state: 'attached' })
  await page.getByRole('button', { name: 'Log on Run' }).waitFor()
  assert.equal(await offer(page).count(), 0)
  await end()
})

story('a new build that one tab takes is offered in the other, which loses nothing', async (world) => {
  const { page, context, front, end } = await visitor(world)
  const second = await context.newPage()
  await second.goto('/')
  await type(second, 'Not that tab’s to throw away')
  front.deploy()
  await comeBack(page)
  for (const tab of [page, second]) await offer(tab).waitFor()
  await second.getByRole('button', { name: 'Later' }).click()
  await offer(second).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Reload' }).click()
  await page.locator(MARK).waitFor({ state: 'attached' })
  await offer(second).waitFor()
  assert.equal(await second.getByLabel('Note').inputValue(), 'Not that tab’s to throw away')
  await second.getByRole('button', { name: 'Reload' }).click()
  await second.locator(MARK).waitFor({ state: 'attached' })
  await end()
})

story('a worker that could not be fetched is fetched once there is network', async (world) => {
  const front = await startFront(world.url)
  front.lose('/sw.js')
  const { page, context } = await world.person({ goals: ['Run'], baseURL: front.url })
  await until(async () => world.faults.length > 0)
  front.find()
  await until(() =>
    page.evaluate(async () => {
      dispatchEvent(new Event('online'))
      return (await navigator.serviceWorker.getRegistration()) !== undefined
    }),
  )
  await installed(page)
  // The browser says that it could not be fetched; the app goes on.
  const [said, ...more] = world.faults.splice(0)
  assert.match(said, /said An unknown error occurred when fetching the script/)
  assert.deepEqual(more, [])
  await context.close()
  await front.stop()
})

story('a page that was loaded past the worker has it all the same', async (world) => {
  const { page, context } = await world.person({ goals: ['Run'] })
  await installed(page)
  const session = await context.newCDPSession(page)
  // What Shift does to a reload, and what a page meets that was on its way when the worker took what was open.
  await session.send('Page.reload', { ignoreCache: true })
  await page.getByText('Run', { exact: true }).waitFor()
  await offline(page)
  await page.getByRole('link', { name: 'Weeks' }).click()
  await page.getByRole('heading', { level: 1, name: 'Weeks' }).waitFor()
  await context.close()
})
