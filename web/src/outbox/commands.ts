/** The commands this app gives, how each stands on the wire, and what takes it back. */
import type {
  CalendarSettings,
  ChangePreferences,
  CorrectLog,
  CreateGoal,
  DailyLog,
  Goal,
  LogDay,
  PauseGoal,
  ReviseGoal,
  Schedule,
  WeeklyTarget,
} from '~/api/types'

/** A log as it was before a command. */
export type LogWas = Pick<DailyLog, 'goal_id' | 'day' | 'minutes' | 'text' | 'version'>
/** A log as it is, before the next command. */
export const wasOf = ({ goal_id, day, minutes, text, version }: DailyLog): LogWas => ({
  goal_id,
  day,
  minutes,
  text,
  version,
})
/** A goal's own fields as they were before a command. */
export type GoalWas = Pick<Goal, 'title' | 'description' | 'target_date' | 'total_minutes' | 'version'>

/** What a person asks for. `title` names the goal in messages. */
export type Command =
  | { kind: 'createGoal'; id: string; body: CreateGoal }
  | { kind: 'reviseGoal'; id: string; title: string; body: ReviseGoal; was: GoalWas }
  | { kind: 'completeGoal' | 'reopenGoal' | 'archiveGoal' | 'restoreGoal'; id: string; title: string }
  | { kind: 'setSchedule'; id: string; title: string; body: Schedule; was: Schedule }
  | { kind: 'setTarget'; id: string; title: string; body: WeeklyTarget; was: WeeklyTarget | null }
  | { kind: 'withdrawTarget'; id: string; title: string; was: WeeklyTarget }
  | { kind: 'pauseGoal' | 'resumeGoal'; id: string; title: string; body: PauseGoal }
  | { kind: 'logDay'; id: string; title: string; body: LogDay & { day: string } }
  | { kind: 'correctLog'; id: string; title: string; body: CorrectLog; was: LogWas }
  | { kind: 'withdrawLog' | 'restoreLog'; id: string; title: string; was: LogWas }
  | { kind: 'changeProfile'; body: { name: string | null }; was: { name: string | null } }
  | { kind: 'changePreferences'; body: ChangePreferences; was: ChangePreferences }
  | { kind: 'setCalendar'; body: CalendarSettings; was: CalendarSettings }
  | Undo

/**
 * Takes back what an event did. The event is named by its position, or, as long as that is not known, by the key of the
 * command in this outbox that is going to cause it. `effect` is what pages show of it until the server has answered.
 */
export interface Undo {
  kind: 'undo'
  id: string
  what: string
  position?: string | undefined
  of?: string | undefined
  effect?: Command | undefined
  /** What it takes back took something back, which so is done again. */
  again?: true
}

/** A command as it is sent: the same bytes each time. */
export interface Wire {
  method: 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  path: string
  body: string
}

const json = JSON.stringify

/** How a command stands on the wire. */
export function wireOf(command: Command): Wire {
  switch (command.kind) {
    case 'createGoal':
      return { method: 'POST', path: '/v1/goals', body: json({ id: command.id, ...command.body }) }
    case 'reviseGoal':
      return { method: 'PATCH', path: `/v1/goals/${command.id}`, body: json(command.body) }
    case 'completeGoal':
    case 'reopenGoal':
    case 'archiveGoal':
    case 'restoreGoal':
      return { method: 'POST', path: `/v1/goals/${command.id}/${command.kind.slice(0, -4)}`, body: '' }
    case 'setSchedule':
      return { method: 'PUT', path: `/v1/goals/${command.id}/schedule`, body: json(command.body) }
    case 'setTarget':
      return { method: 'PUT', path: `/v1/goals/${command.id}/weekly-target`, body: json(command.body) }
    case 'withdrawTarget':
      return { method: 'DELETE', path: `/v1/goals/${command.id}/weekly-target`, body: '' }
    case 'pauseGoal':
    case 'resumeGoal': {
      const path = `/v1/goals/${command.id}/${command.kind.slice(0, -4)}`
      return { method: 'POST', path, body: json(command.body) }
    }
    case 'logDay':
      return { method: 'POST', path: '/v1/daily-logs', body: json({ id: command.id, ...command.body }) }
    case 'correctLog':
      return { method: 'PATCH', path: `/v1/daily-logs/${command.id}`, body: json(command.body) }
    case 'withdrawLog':
    case 'restoreLog':
      return { method: 'POST', path: `/v1/daily-logs/${command.id}/${command.kind.slice(0, -3)}`, body: '' }
    case 'changeProfile':
      return { method: 'PUT', path: '/v1/me/profile', body: json(command.body) }
    case 'changePreferences':
      return { method: 'PATCH', path: '/v1/me/preferences', body: json(command.body) }
    case 'setCalendar':
      return { method: 'PUT', path: '/v1/workspace/calendar', body: json(command.body) }
    case 'undo':
      return { method: 'POST', path: undoPath(command.position ?? ''), body: '' }
  }
}

/** Where the event at a position is taken back. */
export const undoPath = (position: string) => `/v1/history/${encodeURIComponent(position)}/undo`

/** Whether a command is about the person, and so is the same in every workspace. */
export function isOfPerson(command: Command): boolean {
  const { kind } = (command.kind === 'undo' && command.effect) || command
  return kind === 'changeProfile' || kind === 'changePreferences'
}

/** What the command is about: a goal, a log, or the account. */
export function subjectOf(command: Command): string {
  return 'id' in command ? command.id : 'account'
}

/** What must exist before the command makes sense, besides its subject. */
export function needsOf(command: Command): string[] {
  switch (command.kind) {
    case 'logDay':
      return [command.body.goal_id]
    case 'correctLog':
    case 'withdrawLog':
    case 'restoreLog':
      return [command.id, command.was.goal_id]
    // It follows what it takes back, and if that is refused, there is nothing to do.
    case 'undo':
      return []
    default:
      return 'id' in command ? [command.id] : []
  }
}

/** Whether the command makes its subject. */
export function creates(command: Command): boolean {
  return command.kind === 'createGoal' || command.kind === 'logDay'
}

/** The version that the command was meant for: only edits that would overwrite someone's text say one. */
export function conditionOf(command: Command): number | undefined {
  return command.kind === 'reviseGoal' || command.kind === 'correctLog' ? command.was.version : undefined
}

/** What pages show when this command is taken back. */
export function inverseOf(command: Command): Command {
  switch (command.kind) {
    case 'createGoal':
      return { kind: 'archiveGoal', id: command.id, title: command.body.title }
    case 'reviseGoal': {
      const { id, title, body, was } = command
      const now = { ...was, ...pick(body, Object.keys(body)), version: was.version + 1 } as GoalWas
      return { kind: 'reviseGoal', id, title, body: pick(was, Object.keys(body)), was: now }
    }
    case 'completeGoal':
      return { ...command, kind: 'reopenGoal' }
    case 'reopenGoal':
      return { ...command, kind: 'completeGoal' }
    case 'archiveGoal':
      return { ...command, kind: 'restoreGoal' }
    case 'restoreGoal':
      return { ...command, kind: 'archiveGoal' }
    case 'logDay': {
      const { id, title, body } = command
      const was = {
        goal_id: body.goal_id,
        day: body.day,
        minutes: body.minutes,
        text: body.text ?? null,
        version: 1,
      }
      return { kind: 'withdrawLog', id, title, was }
    }
    case 'correctLog': {
      const { id, title, body, was } = command
      const now = { ...was, ...pick(body, Object.keys(body)), version: was.version + 1 } as LogWas
      return { kind: 'correctLog', id, title, body: pick(was, Object.keys(body)) as CorrectLog, was: now }
    }
    case 'withdrawLog':
      return { ...command, kind: 'restoreLog', was: { ...command.was, version: command.was.version + 1 } }
    case 'restoreLog':
      return { ...command, kind: 'withdrawLog', was: { ...command.was, version: command.was.version + 1 } }
    case 'setTarget': {
      const { id, title, body, was } = command
      return was ? { ...command, body: was, was: body } : { kind: 'withdrawTarget', id, title, was: body }
    }
    case 'withdrawTarget':
      return { ...command, kind: 'setTarget', body: command.was, was: null }
    case 'pauseGoal':
      return { ...command, kind: 'resumeGoal' }
    case 'resumeGoal':
      return { ...command, kind: 'pauseGoal' }
    case 'setSchedule':
    case 'changeProfile':
    case 'changePreferences':
    case 'setCalendar':
      return { ...command, body: command.was, was: command.body } as Command
    case 'undo':
      return command
  }
}

/** These fields of an object, `null` where it has none. */
function pick(from: object, names: string[]): Record<string, unknown> {
  const fields = from as Record<string, unknown>
  return Object.fromEntries(names.map((name) => [name, fields[name] ?? null]))
}
