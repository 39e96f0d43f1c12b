// Two people in one workspace: invited by a link, working together, and going apart again.
import assert from 'node:assert/strict'
import { offline, PASSWORD, stories, until } from './world.mjs'

const story = stories()

/** Ada, who gives her name and makes a link for somebody in this role. */
async function invited(world, role) {
  const ada = await world.person({ goals: ['Run'] })
  await ada.page.getByRole('link', { name: 'Settings' }).click()
  await ada.page.getByRole('link', { name: 'Members and invitations' }).click()
  await ada.page.getByText(role, { exact: true }).click()
  await ada.page.getByLabel('What should we call you?').fill('Ada')
  await ada.page.getByRole('button', { name: 'Make a link' }).click()
  return { ada, link: await ada.page.getByLabel('The link').inputValue() }
}

/** Grace, who comes by the link for the first time. */
async function comes(world, link, options) {
  const context = await world.device(options)
  const page = await context.newPage()
  await page.goto(link)
  await page.getByRole('heading', { level: 1, name: 'You are invited' }).waitFor()
  await page.getByRole('link', { name: 'Create account' }).click()
  await page.getByLabel('What should we call you?').fill('Grace')
  await page.getByLabel('E-mail address').fill(`${Math.random().toString(36).slice(2)}@example.org`)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByText('Ada invites you.').waitFor()
  return { context, page }
}

const logButton = (page) => page.getByRole('button', { name: 'Log on Run' })

story('who comes by a link joins, works along, may only look, and is removed', async (world) => {
  const { ada, link } = await invited(world, 'Editor')
  const grace = await comes(world, link)
  // The code stands nowhere that is seen or sent.
  assert.equal(new URL(grace.page.url()).hash, '')
  await grace.page.getByRole('button', { name: 'Accept' }).click()
  await grace.page
    .getByRole('button', { name: /^Workspace: Workspace of Ada/ })
    .first()
    .waitFor()

  await ada.page.getByRole('link', { name: 'Today' }).click()
  await logButton(grace.page).click()
  await grace.page.getByRole('button', { name: 'Log 25 min', exact: true }).click()
  for (const { page } of [grace, ada]) await page.getByText('25 min today', { exact: true }).waitFor()
  await ada.page.getByRole('link', { name: 'History' }).click()
  const line = (text) => ada.page.getByRole('listitem').filter({ hasText: text }).first()
  await line('Logged').getByText('by Grace').waitFor()
  await line('Member joined').getByText('Grace joined as Editor').waitFor()

  await ada.page.goto('/members')
  await ada.page.getByLabel('What Grace may do').selectOption('viewer')
  await grace.page.getByText('You may look at everything here, and not change it.').waitFor()
  await logButton(grace.page).waitFor({ state: 'detached' })
  await grace.page.getByText('25 min today', { exact: true }).waitFor()

  await ada.page.getByRole('button', { name: 'Remove Grace' }).click()
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await ada.page.getByText('Grace was removed').waitFor()
  const dialog = grace.page.getByRole('dialog', { name: 'You are no longer a member' })
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await grace.page.getByRole('heading', { name: 'What do you want to keep at?' }).waitFor()
  assert.equal(await grace.page.getByRole('button', { name: /^Workspace:/ }).count(), 0)
  for (const { context } of [ada, grace]) await context.close()
})

story('each tab keeps its workspace, and so does what was done without network', async (world) => {
  const { ada, link } = await invited(world, 'Editor')
  const grace = await comes(world, link, { viewport: world.PHONE })
  await grace.page.getByRole('button', { name: 'Accept' }).click()
  await logButton(grace.page).waitFor()
  await ada.page.getByText('No invitation is open.').waitFor()
  // Who used a link already comes by it again, and a link that is none leads nowhere.
  const other = await grace.context.newPage()
  await other.goto(link)
  await other.getByText('You are a member already').waitFor()
  await other.goto('/join#mom_in_nothing')
  await other.getByText('This invitation is not open').waitFor()
  await other.goto('/')
  const switchTo = async (name) => {
    await other.getByRole('button', { name: /^Workspace:/ }).click()
    await other.getByRole('dialog').getByRole('button', { name }).click()
    await other.getByRole('button', { name: new RegExp(`^Workspace: ${name}`) }).waitFor()
  }
  await switchTo('Your own workspace')
  await offline(grace.page)
  await logButton(grace.page).click()
  await grace.page.getByRole('button', { name: 'Log 10 min', exact: true }).click()
  await grace.page.reload()
  await grace.page.getByText('10 min today', { exact: true }).waitFor()
  // It is sent to where it was done, by a tab that shows something else.
  await grace.page.close()
  await grace.context.setOffline(false)
  await until(async () => (await world.events(ada.api, 'DailyLogCreated')).length === 1)
  // A goal of the other workspace says where it is.
  await other.goto(`/goals/${ada.goals[0]}`)
  await other.getByRole('button', { name: 'Open Workspace of Ada' }).click()
  await other.getByRole('heading', { level: 1, name: 'Run' }).waitFor()
  // Leaving leads home.
  await other.goto('/members')
  await other.getByRole('button', { name: 'Leave this workspace' }).click()
  await other.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  await other.getByRole('heading', { name: 'What do you want to keep at?' }).waitFor()
  for (const { context } of [ada, grace]) await context.close()
})

story('without network, a workspace that was never opened here leads back', async (world) => {
  const { ada, link } = await invited(world, 'Editor')
  const grace = await comes(world, link)
  await grace.page.getByRole('button', { name: 'Accept' }).click()
  await logButton(grace.page).waitFor()
  // Without network, there is no more to go by than what was known with it.
  await grace.page.getByRole('button', { name: 'Workspace: Workspace of Ada' }).waitFor()
  const switchTo = async (name) => {
    await grace.page.getByRole('button', { name: /^Workspace:/ }).click()
    await grace.page.getByRole('dialog').getByRole('button', { name }).click()
  }
  await offline(grace.page)
  await switchTo('Your own workspace')
  await grace.page.getByText('The server cannot be reached. Check your connection.').waitFor()
  await switchTo('Workspace of Ada')
  await logButton(grace.page).click()
  await grace.page.getByRole('button', { name: 'Log 10 min', exact: true }).click()
  await grace.page.getByText('10 min today', { exact: true }).waitFor()
  await grace.context.setOffline(false)
  await until(async () => (await world.events(ada.api, 'DailyLogCreated')).length === 1)
  for (const { context } of [ada, grace]) await context.close()
})
