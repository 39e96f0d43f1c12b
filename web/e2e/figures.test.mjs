// What the app tells of what was done: streaks with their reasons, plans, weeks, history, and the past.
import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { startWorld, storiesIn, today, until } from './world.mjs'

let world

before(async () => {
  world = await startWorld()
})

after(async () => {
  await world?.stop()
})

const story = storiesIn(() => world)

story('a correction changes the streak, with the reason, and the year shows it', async () => {
  const { page, api, context, goals } = await world.person({ goals: ['Read'] })
  for (const ago of [2, 1, 0])
    await api('POST', '/v1/daily-logs', { goal_id: goals[0], minutes: 20 + ago, day: today(ago) })
  await page.goto(`/goals/${goals[0]}`)
  const streak = page.getByRole('region', { name: 'Streak' })
  await streak.getByText('3 days', { exact: true }).waitFor()
  await page.getByRole('gridcell', { name: /22 min, 1 log$/ }).waitFor()
  await page.getByRole('button', { name: 'Correct: 21 min on Read' }).click()
  await page.getByLabel('Minutes', { exact: true }).fill('0')
  await page.keyboard.press('Enter')
  await streak.getByText('1 day', { exact: true }).waitFor()
  await streak.getByRole('button', { name: 'How it came to be' }).click()
  const reason = streak.getByRole('listitem').filter({ hasText: 'Log corrected' })
  await reason.getByText('3 → 1 day').waitFor()
  assert.match(await reason.textContent(), /21 min.*0 min/s)
  await page.keyboard.press('Control+z')
  await streak.getByText('3 days', { exact: true }).waitFor()
  const [undone] = await world.events(api, 'DailyLogCorrected')
  assert.ok(undone.undoes)
  await context.close()
})

story('a plan holds from today on, is shown at once, and is kept', async () => {
  const { page, api, context, goals } = await world.person({ goals: ['Run'] })
  await page.goto(`/goals/${goals[0]}`)
  const week = page.getByRole('region', { name: 'This week' })
  const plan = page.getByRole('region', { name: 'Plan' })
  const dialog = page.getByRole('dialog')
  await week.getByRole('button', { name: 'Change weekly target' }).click()
  await dialog.getByLabel('How many hours a week').fill('5')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await week.getByText('0 min of 5 h').waitFor()
  await plan.getByRole('button', { name: 'Change schedule' }).click()
  await dialog.getByRole('radio', { name: 'Some weekdays' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Friday' }).click()
  await dialog.getByLabel('Minutes that make a day count').fill('15')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await plan.getByText('Mon, Tue, Wed, Thu, at least 15 min').waitFor()
  await plan.getByRole('button', { name: 'Add a pause' }).click()
  await dialog.getByLabel('To', { exact: false }).fill(today(-7))
  await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
  await plan.getByRole('button', { name: /^Remove the pause/ }).waitFor()
  await until(async () => (await world.events(api, 'GoalPaused')).length === 1)
  const goal = await api('GET', `/v1/goals/${goals[0]}`)
  assert.equal(goal.weekly_targets.at(-1).target.value, 300)
  assert.deepEqual(goal.pauses, [{ first: today(), last: today(-7) }])
  await page.keyboard.press('Control+z')
  await plan.getByText('No pauses').waitFor()
  await until(async () => (await api('GET', `/v1/goals/${goals[0]}`)).pauses.length === 0)
  await context.close()
})

story('a plan that is changed offline is kept, and told once', async () => {
  const { page, api, context, goals } = await world.person({ goals: ['Run'] })
  await page.goto(`/goals/${goals[0]}`)
  const plan = page.getByRole('region', { name: 'Plan' })
  await plan.getByRole('button', { name: 'Add a pause' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await context.setOffline(true)
  await plan.getByRole('button', { name: 'Change weekly target' }).click()
  await dialog.getByLabel('How many hours a week').fill('2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await plan.getByText('2 h a week').waitFor()
  await page.getByRole('button', { name: '1 change not sent yet' }).waitFor()
  await context.setOffline(false)
  await until(async () => (await world.events(api, 'WeeklyTargetSet')).length === 1)
  await context.close()
})

story('what happened long ago is taken back on its line of history', async () => {
  const { page, api, context, goals } = await world.person({ goals: ['Run'] })
  await api('POST', '/v1/daily-logs', { goal_id: goals[0], minutes: 30 })
  await api('PATCH', `/v1/goals/${goals[0]}`, { title: 'Run far' })
  await page.goto('/history')
  await page.getByRole('button', { name: 'Undo: Logged · Run far' }).click()
  await until(async () => (await world.events(api, 'DailyLogWithdrawn')).length === 1)
  await page
    .getByRole('listitem')
    .filter({ hasText: 'taken back since' })
    .filter({ hasText: 'Logged' })
    .waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Log removed' }).waitFor()
  await context.close()
})
