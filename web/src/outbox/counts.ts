import type { Command, LogWas } from './commands'

/** A command about a log. */
export type LogCommand = Extract<Command, { kind: 'logDay' | 'correctLog' | 'withdrawLog' | 'restoreLog' }>

/** Whether a command is about a log. */
export function isLogCommand(command: Command): command is LogCommand {
  return ['logDay', 'correctLog', 'withdrawLog', 'restoreLog'].includes(command.kind)
}

/** What a command takes away from figures and what it adds. */
export function counts(command: LogCommand): { takes?: LogWas; adds?: LogWas } {
  switch (command.kind) {
    case 'logDay':
      return { adds: { ...command.body, version: 1 } }
    case 'correctLog': {
      const { was, body } = command
      return { takes: was, adds: { ...was, day: body.day ?? was.day, minutes: body.minutes ?? was.minutes } }
    }
    case 'withdrawLog':
      return { takes: command.was }
    case 'restoreLog':
      return { adds: command.was }
  }
}
