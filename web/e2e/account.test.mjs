// What belongs to a person: taking it along, having it erased, and what the app does when it cannot go on.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { offline, PASSWORD, stories, today, until } from './world.mjs'
import { unzip } from './zip.mjs'

const story = stories()

story('everything is taken along, as JSON and as CSV that say the same', async (world) => {
  const { page, api, context, email, goals } = await world.person({ goals: ['Read, "slowly"'] })
  await api('POST', '/v1/daily-logs', { goal_id: goals[0], minutes: 35, text: 'Two\nlines' })
  await page.getByRole('link', { name: 'Settings' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export everything' }).click(),
  ])
  assert.match(download.suggestedFilename(), /^momentum-\d{4}-\d\d-\d\d\.zip$/)
  const files = unzip(readFileSync(await download.path()))
  const json = (name) => JSON.parse(files.get(name))
  assert.equal(json('account.json').email, email)
  assert.deepEqual(
    json('goals.json').map(({ title }) => title),
    ['Read, "slowly"'],
  )
  const [log] = json('daily_logs.json')
  assert.deepEqual([log.minutes, log.day, log.text], [35, today(), 'Two\nlines'])
  assert.ok(json('events.json').some(({ event }) => event.type === 'DailyLogCreated'))
  assert.match(files.get('goals.csv'), /^id,title,.*\r?\n[^\n]*,"Read, ""slowly"""/)
  assert.match(files.get('daily_logs.csv'), /^id,goal_id,day,minutes,.*\r?\n[^\n]*,35,[^\n]*"Two\nlines"/)
  await context.close()
})

story('where registration is closed, nobody fills in a form for nothing', async (world) => {
  const context = await world.device()
  await context.route('**/v1/registration', (route) => route.fulfill({ json: { open: false } }))
  const page = await context.newPage()
  await page.goto('/register')
  await page.getByText('Whoever runs this installation makes the accounts.').waitFor()
  assert.equal(await page.getByRole('button', { name: 'Create account' }).count(), 0)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome back' }).waitFor()
  await page.getByText('Whoever runs this installation makes the accounts.').waitFor()
  assert.equal(await page.getByRole('link', { name: 'Create account' }).count(), 0)
  await context.close()
})

story('an address is changed by the password, and signs in from then on', async (world) => {
  const { page, context, email } = await world.person({ goals: ['Run'] })
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByText(`You sign in with ${email}.`).waitFor()
  const [address, password] = [
    page.getByLabel('New e-mail address'),
    page.getByLabel('Your password', { exact: true }),
  ]
  await address.fill(`new-${email}`)
  await password.fill('not my password')
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByText('This is not your current password.').waitFor()
  await password.fill(PASSWORD)
  await page.getByRole('button', { name: 'Change address' }).click()
  await page.getByText(`You sign in with new-${email}.`).waitFor()
  const signIn = (as) =>
    context.request.post(`${world.url}/v1/sessions`, { data: { email: as, password: PASSWORD } })
  assert.deepEqual([(await signIn(email)).status(), (await signIn(`new-${email}`)).status()], [401, 201])
  await context.close()
})

/** How many workspaces' answers, and how many commands, a browser keeps. */
const kept = (page) =>
  page.evaluate(async () => {
    const open = indexedDB.open('momentum')
    await new Promise((done) => open.addEventListener('success', done))
    const tx = open.result.transaction(['cache', 'outbox'])
    const counts = ['cache', 'outbox'].map((name) => tx.objectStore(name).count())
    await new Promise((done) => tx.addEventListener('complete', done))
    open.result.close()
    return counts.map(({ result }) => result)
  })

story('an account is erased by its password, and is gone', async (world) => {
  const { page, context, email } = await world.person({ goals: ['Run'] })
  await page.getByRole('button', { name: 'Log on Run' }).click()
  await page.getByRole('button', { name: 'Log 15 min', exact: true }).click()
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Erase everything about me' }).click()
  const dialog = page.getByRole('dialog', { name: 'Erase everything about me' })
  await dialog.getByLabel('Your password', { exact: true }).fill('not my password')
  await dialog.getByRole('button', { name: 'Erase everything' }).click()
  await dialog.getByText('This is not your current password.').waitFor()
  await dialog.getByLabel('Your password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Erase everything' }).click()
  await page.getByRole('heading', { level: 1, name: 'Start with one goal' }).waitFor()
  assert.equal((await context.request.get(`${world.url}/v1/me`)).status(), 401)
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('No account has this address with this password.').waitFor()
  // Nothing of it stays in the browser either.
  assert.deepEqual(await kept(page), [0, 0])
  await context.close()
})

story('who is signed out from elsewhere has nothing left in that browser', async (world) => {
  const { page, api, context, email, goals } = await world.person({ goals: ['Run'] })
  await api('POST', '/v1/daily-logs', { goal_id: goals[0], minutes: 20 })
  await page.getByText('20 min today', { exact: true }).waitFor()
  await until(async () => (await kept(page))[0] === 1)
  const elsewhere = await world.device()
  await elsewhere.request.post(`${world.url}/v1/sessions`, { data: { email, password: PASSWORD } })
  await elsewhere.request.delete(`${world.url}/v1/sessions`)
  const dialog = page.getByRole('dialog', { name: 'Please sign in again' })
  await dialog.waitFor()
  await until(async () => String(await kept(page)) === '0,0')
  await page.reload()
  await dialog.waitFor()
  assert.equal(await page.getByText('Run', { exact: true }).count(), 0)
  assert.deepEqual(await kept(page), [0, 0])
  await dialog.getByLabel('E-mail address').fill(email)
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('20 min today', { exact: true }).waitFor()
  await until(async () => (await kept(page))[0] === 1)
  await context.close()
  await elsewhere.close()
})

story('who signs out is out of sight at once, although the server cannot be told', async (world) => {
  const { page, context, email } = await world.person({ goals: ['Run'] })
  let hung
  await context.route('**/v1/sessions/current', (route) => {
    hung ??= route
  })
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome back' }).waitFor()
  await until(async () => hung !== undefined)
  // A session that begins waits for that, and is not ended by it.
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await hung.continue()
  await page.getByRole('heading', { level: 1, name: 'Today' }).waitFor()
  await page.getByText('Not yet today').waitFor()
  assert.equal((await page.request.get(`${world.url}/v1/me`)).status(), 200)
  await context.close()
})

story('two tabs without network send each of their logs once', async (world) => {
  const { page, api, context } = await world.person({ goals: ['Run'] })
  const second = await context.newPage()
  await second.goto('/')
  await second.getByText('Not yet today').waitFor()
  await offline(page)
  for (const [tab, minutes] of [
    [page, '10'],
    [second, '15'],
  ]) {
    await tab.getByRole('button', { name: 'Log on Run' }).click()
    await tab.getByRole('button', { name: `Log ${minutes} min`, exact: true }).click()
  }
  for (const tab of [page, second]) await tab.getByText('25 min today', { exact: true }).waitFor()
  await context.setOffline(false)
  await until(async () => (await world.events(api, 'DailyLogCreated')).length === 2)
  for (const tab of [page, second])
    await tab.getByRole('button', { name: /not sent yet/ }).waitFor({ state: 'detached' })
  const logged = async () => (await api('GET', '/v1/daily-logs')).items.map(({ minutes }) => minutes).sort()
  // This client does not say from which position on, so it may be early.
  await until(async () => (await logged()).length === 2)
  assert.deepEqual(await logged(), [10, 15])
  await context.close()
})

story('a page that cannot be loaded says so, and the rest goes on', async (world) => {
  // The worker would have the page at hand.
  const { page, context } = await world.person({ goals: ['Run'], serviceWorkers: 'block' })
  await context.route(/\/assets\/weeks-/, (route) => route.abort())
  await page.getByRole('link', { name: 'Weeks' }).click()
  await page.getByRole('heading', { level: 1, name: 'Something went wrong here' }).waitFor()
  await page.getByRole('navigation').getByRole('link', { name: 'Goals' }).click()
  await page.getByRole('heading', { level: 1, name: 'Goals' }).waitFor()
  // The router would reload, which without network is the end of the app.
  await context.setOffline(true)
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('heading', { level: 1, name: 'Something went wrong here' }).waitFor()
  assert.ok(await page.getByRole('alert').getByRole('button', { name: 'Reload' }).isDisabled())
  await page.getByRole('navigation').getByRole('link', { name: 'Goals' }).click()
  await page.getByRole('heading', { level: 1, name: 'Goals' }).waitFor()
  await context.setOffline(false)
  await context.unroute(/\/assets\/weeks-/)
  await page.goto('/weeks')
  await page.getByRole('heading', { level: 1, name: 'Weeks' }).waitFor()
  await context.close()
  world.faults.length = 0
})

story('a part that cannot be loaded says so, and the rest of the page goes on', async (world) => {
  const { page, api, context, goals } = await world.person({ goals: ['Run'], serviceWorkers: 'block' })
  await api('POST', '/v1/daily-logs', { goal_id: goals[0], minutes: 20 })
  await context.route(/\/assets\/log-form-/, (route) => route.abort())
  await page.getByRole('button', { name: 'Correct: 20 min on Run' }).click()
  await page.getByText('This could not be loaded').waitFor()
  await page.getByRole('button', { name: 'Log on Run' }).click()
  await page.getByRole('button', { name: 'Log 10 min', exact: true }).click()
  await page.getByText('30 min today', { exact: true }).waitFor()
  await context.setOffline(true)
  assert.ok(await page.getByRole('alert').getByRole('button', { name: 'Offline' }).isDisabled())
  await context.unroute(/\/assets\/log-form-/)
  await context.setOffline(false)
  await page.getByRole('alert').getByRole('button', { name: 'Reload' }).click()
  await page.getByRole('button', { name: 'Correct: 20 min on Run' }).click()
  await page.getByLabel('Minutes', { exact: true }).fill('25')
  await page.keyboard.press('Enter')
  await page.getByText('35 min today', { exact: true }).waitFor()
  await context.close()
  world.faults.length = 0
})

story('what was before the account is not offered, and is explained when asked for', async (world) => {
  const { page, context } = await world.person({ goals: ['Run'] })
  await page.getByRole('link', { name: 'History' }).click()
  await page.getByRole('button', { name: 'Look back' }).click()
  const dialog = page.getByRole('dialog', { name: 'Look back' })
  await dialog.getByText('from tomorrow on').waitFor()
  assert.equal(await dialog.getByLabel('Day').count(), 0)
  await dialog.getByRole('button', { name: 'Show', disabled: true }).waitFor()
  await page.goto(`/?past=${new Date(Date.now() - 86_400_000).toISOString()}`)
  await page.getByText('There is nothing to see yet: this is before your account began.').waitFor()
  await page.getByRole('button', { name: 'Back to now' }).click()
  await page.getByRole('button', { name: 'Log on Run' }).waitFor()
  await context.close()
})
