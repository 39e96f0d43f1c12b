import type { Goal } from '~/api/types'
import { useGoalLogs } from '~/data/use'
import { Composer } from '../parts/composer'

/** Logging on the goal whose page it is; its quick minutes are those logged on it lately. */
export default function LogHere({ goal, day, onDone }: { goal: Goal; day: string; onDone: () => void }) {
  const { logs } = useGoalLogs(goal.id)
  const recent = logs?.slice(0, 20).map((log) => log.minutes) ?? []
  return <Composer goal={goal} day={day} recent={recent} onDone={onDone} autoFocus />
}
