/** What commands change of what a goal expects. Pure, as all that is shown on top of answers. */
import type { Goal } from '~/api/types'
import { together, without } from '~/lib/plan'
import type { Command } from './commands'

/** The goal's facts after a command about them. */
export function factsAfter(
  goal: Partial<Goal>,
  command: Command,
  today: string,
  week: string,
): Partial<Goal> {
  switch (command.kind) {
    case 'setSchedule': {
      const before = (goal.schedules ?? []).filter(({ from }) => from < today)
      return { schedules: [...before, { from: today, schedule: command.body }] }
    }
    case 'setTarget':
    case 'withdrawTarget': {
      const before = (goal.weekly_targets ?? []).filter(({ from_week }) => from_week < week)
      const target = command.kind === 'setTarget' ? command.body : null
      return { weekly_targets: [...before, { from_week: week, target }] }
    }
    case 'pauseGoal':
      return { pauses: together(goal.pauses ?? [], command.body.first ?? today, command.body.last) }
    case 'resumeGoal':
      return { pauses: without(goal.pauses ?? [], command.body.first ?? today, command.body.last) }
    default:
      return {}
  }
}
